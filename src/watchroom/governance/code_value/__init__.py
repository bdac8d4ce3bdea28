"""The page of one value that is in no code list."""
