"""The requests of people who asked who has looked at them: the list, and the form that opens one."""
