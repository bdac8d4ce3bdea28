"""The example world: what happens in an invented county, day by day, whoever writes it down. Pure and deterministic.

It knows no source system and no model. `watchroom.demo.writers` turns what happened into the files of each agency.
"""
