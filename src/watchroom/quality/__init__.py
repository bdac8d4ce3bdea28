"""Checks of what the node knows: how much of it is wrong, missing or doubtful, without showing any of it."""
