"""The migration files, and which code may run on the schema that they make.

A migration that older code cannot live with says so in a line of its own,

    -- needs: 0029

which means: only code that knows migration 0029 may start on this schema. Without the line it
expands: a column or table more, which older code does not look at. So a process of the last release
may start again while a new release is being rolled out.

What code that is still running cannot live with says

    -- contract

besides: it is put off while a process is connected that does not know what it needs. So a release
may bring both halves, what expands and what contracts: `migrate` runs the first, the new version
takes over, and `migrate` runs the rest when the last process of the old one has ended.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

MIGRATIONS_DIR = Path(__file__).resolve().parents[3] / "sql" / "migrations"
# Every connection says by its name which migration its code knows.
APPLICATION_NAME = "maritime/" + max(file.name[:4] for file in MIGRATIONS_DIR.glob("[0-9]*.sql"))
_NEEDS = re.compile(r"^-- needs: (\d{4})$", re.MULTILINE)
_CONTRACT = re.compile(r"^-- contract$", re.MULTILINE)


class MigrationError(Exception):
    """The schema cannot be brought up to date; the message says why and what to do."""


class ServerAway(MigrationError):
    """PostgreSQL refuses connections, is starting up, or none of its hosts takes writes yet:
    a moment later it may be different.
    """


class Migration(Struct, frozen=True):
    """One file: its number and name, and the hash that shows whether it was edited after it ran.

    `needs` is the number of the migration that code must know to run on the schema after this one;
    `is_contract`: it waits until no older code is connected.
    """

    version: str
    sql: str
    checksum: str
    needs: str | None = None
    is_contract: bool = False


class Applied(Struct, frozen=True):
    """What the database says of a migration that ran."""

    version: str
    checksum: str
    needs: str | None


def available(folder: Path = MIGRATIONS_DIR) -> list[Migration]:
    """Return every migration file in order."""
    migrations = []
    for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        sql = file.read_text()
        needs = _NEEDS.search(sql)
        checksum = hashlib.sha256(sql.encode()).hexdigest()
        is_contract = _CONTRACT.search(sql) is not None
        migrations.append(
            Migration(file.stem, sql, checksum, needs[1] if needs else None, is_contract)
        )
    return migrations


def pending(files: Sequence[Migration], done: Mapping[str, Applied]) -> list[Migration]:
    """Return what has not run yet.

    Raise MigrationError for a file that was edited after it ran, and for a schema that is too new
    for this code.
    """
    for file in files:
        if file.version in done and done[file.version].checksum != file.checksum:
            raise MigrationError(
                f"{file.version} was changed after it ran; write a new migration instead"
            )
    known = {file.version for file in files}
    newest = max((file.version[:4] for file in files), default="0000")
    for newer in sorted(set(done) - known):
        needs = done[newer].needs
        if needs is not None and needs > newest:
            raise MigrationError(
                f"the database is newer than this code: {newer} needs code that knows {needs}"
            )
    return [file for file in files if file.version not in done]
