"""NOMIS, the prisons' case management system, as it is extracted: its tables, codes and quirks."""

from watchroom.demo.writers.nomis.extract import Nomis

__all__ = ["Nomis"]
