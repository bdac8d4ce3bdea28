"""Connectors and codecs: foreign systems in, tables of text out."""
