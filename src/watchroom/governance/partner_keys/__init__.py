"""The keys with which partners sign, and what two people read to each other to compare one."""
