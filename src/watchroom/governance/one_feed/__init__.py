"""The page of one source: its deliveries, what is wrong with the last one, and the tries to fetch from it."""
