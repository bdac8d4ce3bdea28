"""The mapping of incidents as control rooms' systems tell of each change."""
