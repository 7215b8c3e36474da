"""The facts of sailings that do not change from minute to minute, kept for a moment in the process.

Places are never read from here: whether there is room is decided by the database when it is taken.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from uuid import UUID

from maritime_app.errors import NotFound
from maritime_app.ferries import store
from maritime_app.ferries.model import SailingFacts
from maritime_app.i18n import translate as _
from maritime_app.infra.micro_batcher import Grouped
from maritime_app.resources import Resources

_SECONDS = (
    60.0  # design: a sailing's data may be a minute old; the hold checks status and departure again
)
_ENTRIES = 5_000


class Catalogue:
    """Sailing facts by id, bounded, each at most a minute old."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._known: OrderedDict[UUID, tuple[float, SailingFacts]] = OrderedDict()
        self._look_up: Grouped[UUID, SailingFacts] = Grouped(self._read, flights=2)

    async def facts(self, ids: Iterable[UUID]) -> dict[UUID, SailingFacts]:
        """The facts of these sailings. Raises NotFound naming one that does not exist."""
        wanted = set(ids)
        now = time.monotonic()
        found = {
            sailing_id: known[1]
            for sailing_id in wanted
            if (known := self._known.get(sailing_id)) and known[0] > now
        }
        for sailing_id in wanted - found.keys():
            found[sailing_id] = await self._look_up(sailing_id)
        return found

    async def _read(self, ids: Sequence[UUID]) -> list[SailingFacts | Exception]:
        async with self._res.db.acquire() as conn:
            fresh = await store.facts(conn, set(ids))
        until = time.monotonic() + _SECONDS
        for sailing_id, facts in fresh.items():
            self._known[sailing_id] = (until, facts)
        while len(self._known) > _ENTRIES:
            self._known.popitem(last=False)
        return [fresh.get(sailing_id) or _unknown(sailing_id) for sailing_id in ids]

    def forget(self, sailing_id: UUID) -> None:
        """The sailing was changed."""
        self._known.pop(sailing_id, None)


def _unknown(sailing_id: UUID) -> NotFound:
    return NotFound(_("There is no sailing %s.") % sailing_id, code="sailing")


def of(res: Resources) -> Catalogue:
    """The catalogue of this process."""
    return res.part(Catalogue, Catalogue)
