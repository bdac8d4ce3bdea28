"""Pure law: agreements become clauses, clauses become decisions with reasons."""
