"""Sailings kept for a moment in the process.

Whether there is room is never read from here: the database decides when places are taken.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from uuid import UUID

from maritime_app.errors import NotFound
from maritime_app.ferries.model import Fare, Sailing
from maritime_app.ferries.sailings import store
from maritime_app.i18n import translate as _
from maritime_app.infra.micro_batcher import MicroBatcher
from maritime_app.resources import Part, Resources

_SECONDS = 60.0  # may be a minute old: the hold statement checks status and departure again
_ENTRIES = 5_000


class Catalogue:
    """Sailings by id, bounded, each at most a minute old."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        # By the number of its id, which is found in C: a UUID hashes and compares itself in Python.
        self._entries: OrderedDict[int, tuple[float, Sailing]] = OrderedDict()
        self._fares: dict[UUID, Fare] = {}  # as many as staff ever wrote
        self._sold: dict[UUID, Fare] = {}  # the price lists of sailings, and until when
        self._sold_until = 0.0
        self._look_up: MicroBatcher[UUID, Sailing] = MicroBatcher(self._read, max_in_flight=2)

    async def sailings(self, ids: Iterable[UUID]) -> dict[UUID, Sailing]:
        """Return the sailings by id; raise NotFound naming one that does not exist."""
        return {sailing_id: await self.sailing(sailing_id) for sailing_id in set(ids)}

    async def sailing(self, sailing_id: UUID) -> Sailing:
        """Return the sailing; raise NotFound."""
        entry = self._entries.get(sailing_id.int)
        if entry is not None and entry[0] > time.monotonic():
            return entry[1]
        return await self._look_up(sailing_id)

    async def _read(self, ids: Sequence[UUID]) -> list[Sailing | Exception]:
        async with self._res.db.acquire() as conn:
            close_minutes = self._res.settings.sailings.sales_close_minutes
            fresh = await store.sailings(conn, set(ids), close_minutes, self._known())
        until = time.monotonic() + _SECONDS
        for sailing_id, sailing in fresh.items():
            self._entries[sailing_id.int] = (until, sailing)
            if sailing.fare is not None:
                self._sold[sailing.fare.id] = sailing.fare
        while len(self._entries) > _ENTRIES:
            self._entries.popitem(last=False)
        return [fresh.get(sailing_id) or _unknown(sailing_id) for sailing_id in ids]

    def _known(self) -> dict[UUID, Fare]:
        """Return the price lists of the last minute: some dozen are those of all sailings.

        They are never changed (a new one follows), but for what somebody does to the tables.
        """
        now = time.monotonic()
        if now > self._sold_until:
            self._sold, self._sold_until = {}, now + _SECONDS
        return self._sold

    async def fare(self, fare_id: UUID) -> Fare:
        """Return the price list; raise NotFound."""
        if fare_id not in self._fares:
            async with self._res.db.acquire() as conn:
                self._fares |= await store.fares(conn, [fare_id])
        if fare_id not in self._fares:
            raise NotFound(_("There is no such price list."), code="fare")
        return self._fares[fare_id]

    def forget(self, sailing_id: UUID) -> None:
        """Drop the copy of a sailing that was changed."""
        self._entries.pop(sailing_id.int, None)


def _unknown(sailing_id: UUID) -> NotFound:
    return NotFound(_("There is no sailing %s.") % sailing_id, code="sailing")


CATALOGUE = Part("ferries.catalogue", Catalogue)


def of(res: Resources) -> Catalogue:
    """Return the catalogue of this process."""
    return res[CATALOGUE]
