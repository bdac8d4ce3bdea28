"""The page of the rows of one table that are held back for one reason."""
