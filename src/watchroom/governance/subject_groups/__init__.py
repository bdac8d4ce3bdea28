"""The lines of a draft by what becomes of them and what they are about, and one decision for many of them."""
