"""The requests of somebody, and those that wait for them."""
