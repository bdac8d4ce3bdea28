"""Checks that return the bad rows."""
