"""What needs attention and why: pure rules that give reasons, never scores."""
