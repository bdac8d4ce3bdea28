"""The page of where a value of the record came from."""
