"""Messages of open standards: pure functions from bytes to tables of text and faults, and for some of them back."""
