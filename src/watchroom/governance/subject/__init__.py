"""Subject access: what an officer works from who answers a person who asks who has looked at them."""
