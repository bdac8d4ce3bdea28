"""The prisons of the example world: who is held where, and what happens there day by day."""
