"""Connectors: each is asked by one contract and lays a delivery down; none of them writes to the record."""
