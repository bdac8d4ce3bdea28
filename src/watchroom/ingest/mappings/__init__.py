"""How the tables of each kind of source become records: one folder per kind, one SQL file per entity."""
