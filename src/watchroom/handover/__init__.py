"""The shift briefing."""
