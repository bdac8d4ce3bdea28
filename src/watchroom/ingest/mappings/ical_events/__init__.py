"""The mapping of planned events of calendars."""
