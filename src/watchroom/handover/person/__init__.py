"""One person, as the asker may see them: why they are listed on the handover, and the facts beside it."""
