"""Asking to be shown something of one person."""
