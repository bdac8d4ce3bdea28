"""How far one version of an agreement has come: the line that every page about it has."""
