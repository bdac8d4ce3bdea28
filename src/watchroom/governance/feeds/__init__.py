"""The page of all sources, for whoever looks after what they give."""
