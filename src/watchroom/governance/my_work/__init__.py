"""What a person may know of their own work: what they looked at, and who has looked at that."""
