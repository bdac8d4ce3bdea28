"""Where one can go: the posts that an asker may choose, and the roll, which is whole for everyone."""
