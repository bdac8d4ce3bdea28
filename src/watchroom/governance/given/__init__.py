"""What was given for a time of one person, and nothing else."""
