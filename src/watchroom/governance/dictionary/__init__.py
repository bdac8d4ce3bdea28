"""The dictionary: every entity by domain and every code list, and the search through them."""
