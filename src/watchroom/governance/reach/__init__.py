"""Whom an agreement reaches, counted seat by seat."""
