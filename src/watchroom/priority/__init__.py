"""Pure ranking: what needs attention, and why."""
