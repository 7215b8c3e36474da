"""Migrations: sql/migrations/NNNN_name.sql, forward only, one transaction each, by one process at a
time.

files          the files, and which code may run on the schema they make
preconditions  encoding, version and rights, looked at before anything is changed
drift          whether the schema is still as the last migration left it
apply          what is missing is applied; or only named
"""

from maritime_app.infra.migrate.apply import migrate, missing
from maritime_app.infra.migrate.files import (
    APPLICATION_NAME,
    MIGRATIONS_DIR,
    MigrationError,
    ServerAway,
    available,
)

__all__ = [
    "APPLICATION_NAME",
    "MIGRATIONS_DIR",
    "MigrationError",
    "ServerAway",
    "available",
    "migrate",
    "missing",
]
