"""What is agreed: the list, and one version with its sheet."""
