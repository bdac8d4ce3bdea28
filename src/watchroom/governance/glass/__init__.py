"""The page of break-glass: who may break it, what was broken, and its review."""
