"""NOMIS, the case-management system of prisons in England and Wales."""
