"""Records that are kept and not used: the list of them, and the form that restricts one."""
