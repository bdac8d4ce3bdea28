"""The streets: calls, incidents of three agencies and their units, roads, planned events, floods.

`Streets` is the part of the world; all its figures stand in `figures`, each with where it comes from.
"""
