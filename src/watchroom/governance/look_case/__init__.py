"""One case of looks: why it stands out, what was looked at, and the form in which a person decides."""
