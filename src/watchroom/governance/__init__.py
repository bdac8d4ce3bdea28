"""What people see of the access rules themselves: agreements, requests, broken glass, looks, subject access.

Each page is a part with the names of every product room, as far as it has them: `rules.py` (pure), `build.py` (asks),
`show.py` (the dataclass that a template receives). What they show is kept by `gate` and `audit`; what needs the keys
of a node is done at a desk in `node`.
"""
