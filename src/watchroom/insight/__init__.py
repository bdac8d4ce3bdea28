"""Numbers for those who answer for an establishment and may know of nobody in it: the board."""
