"""One SQL file per check, and the catalogue that says what each is for."""
