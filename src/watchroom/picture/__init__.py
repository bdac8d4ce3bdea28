"""What happens around the establishment and what is planned there: warnings, roads, incidents of others, events."""
