"""One entry of the dictionary: an entity with its fields, or a code list with its codes."""
