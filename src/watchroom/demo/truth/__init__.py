"""What is true in the example world, for tests and for scoring; the product never reads it."""
