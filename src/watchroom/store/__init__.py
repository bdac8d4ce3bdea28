"""PostgreSQL: the server, its principals, its tables, the one write statement."""
