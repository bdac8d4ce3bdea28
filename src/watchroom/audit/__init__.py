"""The tamper-evident log of who saw or changed what, and why."""
