"""The agencies of the community in the example world: police custody, courts, probation, health, the council.

Order of the parts, each of which hears of those before it: police custody, courts, then the prisons, then the rest.
"""
