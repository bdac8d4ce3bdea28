"""Two versions of an agreement side by side."""
