"""What a recorder has to store yet, and the loop that stores it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar
from uuid import UUID

import asyncpg

from maritime_app.errors import Refusal
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.events.refused_rows import store_rows

logger = log.get(__name__)
DATABASE_AWAY: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    Refusal,
)

EventT = TypeVar("EventT")
RowT = TypeVar("RowT")


class WriteBehind(Generic[EventT, RowT]):
    """Events that have changed since they were stored, by id; mutable, at most `most`.

    `row_of` returns what is stored of an event, as of now. What is written and lost is counted as
    vessels_<noun>_written and vessels_<noun>_lost.
    """

    def __init__(
        self,
        noun: str,
        row_of: Callable[[EventT], RowT],
        store: Callable[[Conn, list[RowT]], Awaitable[object]],
        most: int,
    ) -> None:
        self._noun = noun
        self._row_of = row_of
        self._store = store
        self._most = most
        self._changed: dict[UUID, EventT] = {}

    @property
    def events(self) -> list[EventT]:
        """Return what waits, the oldest first."""
        return list(self._changed.values())

    def note(self, event_id: UUID, event: EventT) -> bool:
        """Note that an event is to be stored; return False where too many wait already."""
        if event_id not in self._changed and len(self._changed) >= self._most:
            tally[f"vessels_{self._noun}_lost"] += 1
            return False
        self._changed[event_id] = event
        return True

    async def write(self, db: Database) -> None:
        """Store what has changed; what could not be stored waits."""
        changed = dict(self._changed)
        if not changed:
            return
        rows = [self._row_of(event) for event in changed.values()]
        await store_rows(db, self._store, rows)
        tally[f"vessels_{self._noun}_written"] += len(rows)
        for event_id, row in zip(changed, rows, strict=True):
            # Changed again while it was written: it stays for the next time.
            if self._row_of(self._changed[event_id]) == row:
                del self._changed[event_id]

    async def follow(
        self,
        db: Database,
        over: asyncio.Event,
        seconds: float,
        refresh: Callable[[], Awaitable[object]],
    ) -> None:
        """Call `refresh` and write, every so many seconds until `over`; then write the rest.

        While the database is away both are tried again at the next turn.
        """
        while not over.is_set():
            try:
                await refresh()
                await self.write(db)
            except DATABASE_AWAY as error:
                waiting = len(self._changed)
                logger.warning(
                    "vessel_events_wait_for_database",
                    noun=self._noun,
                    waiting=waiting,
                    error=type(error).__name__,
                )
            await until(over, seconds)
        await self.write(db)
