"""Writing an agreement: where to begin, and the text beside what it would say."""
