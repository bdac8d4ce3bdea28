"""Pages, API and sign-in."""
