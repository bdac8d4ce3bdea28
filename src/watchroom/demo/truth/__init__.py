"""What is true of the example world, for those who score the product; the product never reads it."""
