"""The page of the checks of quality."""
