"""The log: how it stands, its entries as lines, its export, its verification, its lawful erasure."""
