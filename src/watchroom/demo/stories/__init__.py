"""Storylines of the example world: written nights in which the whole was known, by somebody each."""
