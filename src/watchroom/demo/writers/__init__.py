"""What each agency of the example writes of what happened: its own tables, messages and feeds, in its own form.

A writer knows its source system and what its agency can know of a happening, and nothing of the model or of our codecs.
"""
