"""The answer to a person who asked who has looked at them: what they are told of an entry, and the letter."""
