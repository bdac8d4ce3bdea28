"""The composition root: settings, keys, start and stop. The only reader of the environment."""
