"""The mapping of a daily custody roll."""
