"""Admissions and the list on the laptop's disk: SQLite, synced before a gate says "aboard".

A process that is killed, or a laptop whose battery ends, loses nothing that a gate has shown. One
holder stands once: the index refuses a second admission whatever the code above it does.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from maritime_app.boarding.model import Admission, BoardingList

_SCHEMA = """
create table if not exists list (only_one int primary key check (only_one = 1), body blob not null);
create table if not exists admission (
    id text primary key,
    reference text not null,
    leg int not null,
    holder text not null,
    gate text not null,
    admitted_at text not null,
    undone_at text,
    -- 1: the server has it as it is here; 2: the server knows no such ticket
    settled int not null default 0
);
create unique index if not exists admission_stands_once
    on admission (reference, leg, holder) where undone_at is null;
"""
_COLUMNS = "id, reference, leg, holder, gate, admitted_at, undone_at"


class Journal:
    """One file for one sailing; call it from one thread."""

    def __init__(self, file: Path, quay: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._quay = quay
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")  # a commit is on the disk when it returns
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def boarding_list(self) -> BoardingList | None:
        """Return the list as it was read last; None before the first time."""
        row = self._db.execute("select body from list").fetchone()
        return msgspec.json.decode(row[0], type=BoardingList) if row else None

    def keep_list(self, found: BoardingList) -> None:
        """Keep the newest list."""
        body = msgspec.json.encode(found)
        self._db.execute("insert or replace into list values (1, ?)", (body,))

    def admissions(self) -> list[Admission]:
        """Return every admission of this quay, oldest first."""
        return self._read("order by admitted_at, rowid")

    def unsettled(self, most: int) -> list[Admission]:
        """Return admissions that the server has not acknowledged as they are, oldest first."""
        return self._read("where settled = 0 order by rowid limit ?", most)

    def unsettled_count(self) -> int:
        """Return how many there are of them."""
        count: int = self._db.execute(
            "select count(*) from admission where settled = 0"
        ).fetchone()[0]
        return count

    def admit(self, admission: Admission) -> None:
        """Write an admission down; raise sqlite3.IntegrityError when its holder stands already."""
        values = (
            str(admission.id),
            admission.reference,
            admission.leg,
            admission.holder,
            admission.gate,
            admission.admitted_at.isoformat(),
        )
        self._db.execute(
            "insert into admission (id, reference, leg, holder, gate, admitted_at)"
            " values (?, ?, ?, ?, ?, ?)",
            values,
        )

    def undo(self, admission_id: UUID, at: datetime) -> bool:
        """Take an admission back; return False when it does not stand."""
        done = self._db.execute(
            "update admission set undone_at = ?, settled = 0 where id = ? and undone_at is null",
            (at.isoformat(), str(admission_id)),
        )
        return done.rowcount == 1

    def settle(self, sent: Iterable[Admission], refused: Iterable[UUID]) -> None:
        """Mark what the server has; what was undone while it was under way is sent again."""
        unknown = set(refused)
        self._db.execute("begin")
        for admission in sent:
            undone = admission.undone_at.isoformat() if admission.undone_at else None
            state = 2 if admission.id in unknown else 1
            self._db.execute(
                "update admission set settled = ? where id = ? and undone_at is ?",
                (state, str(admission.id), undone),
            )
        self._db.execute("commit")

    def _read(self, rest: str, *values: int) -> list[Admission]:
        rows = self._db.execute(f"select {_COLUMNS} from admission {rest}", values)  # noqa: S608
        return [self._admission(*row) for row in rows]

    def _admission(
        self,
        admission_id: str,
        reference: str,
        leg: int,
        holder: str,
        gate: str,
        admitted_at: str,
        undone_at: str | None,
    ) -> Admission:
        return Admission(
            id=UUID(admission_id),
            reference=reference,
            leg=leg,
            holder=holder,
            gate=gate,
            admitted_at=datetime.fromisoformat(admitted_at),
            quay=self._quay,
            undone_at=datetime.fromisoformat(undone_at) if undone_at else None,
        )
