"""The page on which what is kept of a source is mapped again."""
