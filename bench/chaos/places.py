"""Whether a search says what is so: places on one sailing, by both web processes, against the
database's own count.

The bound is what docs/operations.md promises: an answer is at most five seconds old, whatever the
network does. A web process that cannot hear what changes has to notice that by itself.
"""

import asyncio
import contextlib
import itertools
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from bench.chaos.api import Calls

_BOUND_SECONDS = 5.0
_TOLERANCE_SECONDS = 1.5  # two cores that are busy otherwise
_LOOK_SECONDS = 0.2
_GAP_SECONDS = 1.5  # between two looks at the database, in which its count may have been anything
_BOOK_SECONDS = 1.5
# Nobody else travels then.
_ORIGIN, _DESTINATION, _DAYS = "IEDUB", "GBHLY", 26
_AWAY = (
    asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError,
)  # fmt: skip
_LEFT = """
select c.total - c.taken from capacity c where c.sailing_id = $1 and c.resource = 'passenger'
"""
# Every count that was ever committed: one that stood for a tenth of a second lies between two looks
# and is as true as any other. The row's lock puts the numbers in the order of the commits.
_KEEP_CHANGES = """
create schema chaos;
create table chaos.places_left (
    number bigint generated always as identity, at timestamptz not null, left_over int not null
);
create function chaos.note_places() returns trigger language plpgsql as $body$
begin
    insert into chaos.places_left (at, left_over) values (clock_timestamp(), new.total - new.taken);
    return null;
end $body$;
create trigger chaos_note_places after update on capacity for each row
    when (new.resource = 'passenger' and new.sailing_id = '%s')
    execute function chaos.note_places();
"""
_CHANGES = """
select number, extract(epoch from clock_timestamp() - at)::float8 as seconds_ago, left_over
  from chaos.places_left where number > $1 order by number
"""


@dataclass
class Places:
    """What the database said, when; and every answer that was older than it may be."""

    calls: Calls
    dice: random.Random
    url: str
    truth: list[tuple[float, int]] = field(default_factory=list)
    changes: list[tuple[float, int]] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    judged: int = 0
    running: bool = True
    sailing_id: str = ""

    async def watch(self) -> None:
        """Book now and then, read the database and ask both web processes all the time."""
        while self.running and not self.sailing_id:
            self.sailing_id = self._of_interest(await self._searched(self.calls.here.web_urls[0]))
            await asyncio.sleep(_LOOK_SECONDS)
        if not self.sailing_id:  # nobody could search all the time: the verdict says so itself
            return
        self.calls.here.watched_sailing = self.sailing_id
        await self._keep_changes()
        asking = [self._ask(url) for url in self.calls.here.web_urls]
        await asyncio.gather(self._read(), self._book(), *asking)

    async def _keep_changes(self) -> None:
        """Let the database write every count down; it may just be away."""
        while self.running:
            with contextlib.suppress(OSError, *_AWAY):
                conn: Any = await asyncpg.connect(self.url, timeout=5)
                try:
                    # It may have been written, and the answer was lost.
                    with contextlib.suppress(asyncpg.DuplicateSchemaError):
                        await conn.execute(_KEEP_CHANGES % UUID(self.sailing_id), timeout=5)
                    return
                finally:
                    conn.terminate()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _read(self) -> None:
        read = 0
        while self.running:
            with contextlib.suppress(OSError, *_AWAY):
                conn: Any = await asyncpg.connect(self.url, timeout=5)
                try:
                    while self.running:
                        left = await conn.fetchval(_LEFT, UUID(self.sailing_id), timeout=5)
                        self.truth.append((time.monotonic(), left))
                        for number, ago, then in await conn.fetch(_CHANGES, read, timeout=5):
                            self.changes.append((time.monotonic() - ago, then))
                            read = number
                        await asyncio.sleep(_LOOK_SECONDS)
                finally:
                    conn.terminate()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _book(self) -> None:
        """Take places and do not pay: the end of the hold changes them once more."""
        while self.running:
            ask = {
                "legs": [{"sailing_id": self.sailing_id}],
                "passengers": [{"given_name": "Pia", "family_name": "Lund"}],
                "vehicles": [],
                "contact": {"email": "pia@example.org", "language": "en"},
            }
            caller = f"10.2.{self.dice.randrange(250)}.{self.dice.randrange(250)}"
            # Always at the first: the second has only Redis to hear of it by.
            base = self.calls.here.web_urls[0]
            await self.calls.ask_at(base, "book", "POST", "/api/v1/bookings", caller, json=ask)
            await asyncio.sleep(_BOOK_SECONDS * self.dice.uniform(0.5, 1.5))

    async def _ask(self, url: str) -> None:
        while self.running:
            asked_at = time.monotonic()
            said = self._places(await self._searched(url))
            answered_at = time.monotonic()
            await asyncio.sleep(2 * _LOOK_SECONDS)  # the database has been read after it, too
            if said is not None:
                self._judge(url, said, asked_at, answered_at)

    def _judge(self, url: str, said: int, asked_at: float, answered_at: float) -> None:
        """An answer is right when the database said the same within the bound before it."""
        oldest = asked_at - _BOUND_SECONDS - _TOLERANCE_SECONDS
        until = answered_at + _LOOK_SECONDS
        before = [look for look in self.truth if look[0] < oldest][-1:]
        within = [look for look in self.truth if oldest <= look[0] <= until]
        after = [look for look in self.truth if look[0] > until][:2]
        looks = [*before, *within, *after]
        gaps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(looks)]
        if not after or not within or not before or max(gaps) > _GAP_SECONDS:
            return  # the database was not read all the time: nothing is known
        self.judged += 1
        changed = {left for at, left in self.changes if oldest <= at <= until}
        if said not in changed | {left for _, left in looks}:
            at = time.strftime("%H:%M:%S")
            true_at = [second for second, left in self.truth if left == said and second < asked_at]
            late = f"{asked_at - true_at[-1]:.1f} s before" if true_at else "never"
            self.stale.append(f"stale places at {at}: {url} said {said}, last so {late}")

    async def _searched(self, url: str) -> list[dict[str, Any]]:
        day = datetime.now(UTC).date() + timedelta(days=_DAYS)
        answer = await self.calls.ask_at(
            url, "search", "GET", "/api/v1/ferries/search", f"10.1.1.{self.dice.randrange(250)}",
            params={
                "from": _ORIGIN, "to": _DESTINATION, "date": day.isoformat(), "adults": "1",
            },
        )  # fmt: skip
        found: list[dict[str, Any]] = answer.body["outbound"] if answer.status == 200 else []
        return found

    def _of_interest(self, offers: list[dict[str, Any]]) -> str:
        own = [one for one in offers if one["bookable"] and one["operator"]["kind"] != "remote"]
        return str(own[0]["sailing_id"]) if own else ""

    def _places(self, offers: list[dict[str, Any]]) -> int | None:
        left = [one["places_left"] for one in offers if one["sailing_id"] == self.sailing_id]
        return left[0] if left else None
