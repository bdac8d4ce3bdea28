"""Numbered plain SQL for what does not come from the model; `:"app"` and the like stand for the node's roles."""
