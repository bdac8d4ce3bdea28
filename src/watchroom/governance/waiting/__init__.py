"""What waits for somebody whose work is governance: the page that they start at."""
