"""Principals, their grants, and that nobody is superuser."""

from watchroom.store.database import Database, Principal


def test_every_principal_connects_in_utc_and_none_is_superuser(database: Database) -> None:
    for principal in Principal:
        with database.connection(principal) as connection:
            row = connection.execute(
                "select current_user, current_setting('timezone'), rolsuper, rolbypassrls from pg_roles"
                " where rolname = current_user"
            ).fetchone()
        assert row == (f"{database.prefix}_{principal}", "UTC", False, False)
