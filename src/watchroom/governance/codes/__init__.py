"""The page of values of sources that are in no code list."""
