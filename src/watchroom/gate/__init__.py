"""The one door: actor, purpose and instant become exactly what may be seen, and an audit entry."""
