"""The page of the rows that are held back."""
