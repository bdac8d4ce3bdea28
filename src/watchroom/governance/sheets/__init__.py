"""The sheet of an agreement as a page places it, and what its lint finds."""
