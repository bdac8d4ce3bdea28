"""Connectors and codecs: how the files and feeds of other systems are read, strictly and without loss."""
