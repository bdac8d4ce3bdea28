"""Clock, ids, errors, secrets and the named-SQL loader: five modules, no more."""
