"""The review of looks: which stand out and why, the queue of them, one case, what was decided."""
