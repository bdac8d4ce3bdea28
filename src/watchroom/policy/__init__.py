"""Agreements, clauses and decisions: pure, and the oracle of what the gate compiles to SQL.

An *agreement* (YAML, strict) holds *clauses*; a clause binds roles, purposes, entity, rows, fields, masks and
time, and is never taken apart. `decision` says which clauses apply to an asker, `sight` what one row shows.
"""
