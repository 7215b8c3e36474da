"""The facts of sailings that do not change from minute to minute, kept for a moment in the process.

Places are never read from here: whether there is room is decided by the database when it is taken.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from maritime_app.errors import NotFound
from maritime_app.ferries import store
from maritime_app.ferries.model import SailingFacts
from maritime_app.resources import Resources
from maritime_app.web.i18n import translate as _

_SECONDS = 60.0  # design: a sailing's data may be a minute old; the hold checks status and departure again
_ENTRIES = 5_000


class Catalogue:
    """Sailing facts by id, bounded, each at most a minute old."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._known: OrderedDict[UUID, tuple[float, SailingFacts]] = OrderedDict()

    async def facts(self, ids: Iterable[UUID]) -> dict[UUID, SailingFacts]:
        """The facts of these sailings. Raises NotFound naming one that does not exist."""
        wanted = set(ids)
        now = time.monotonic()
        found = {
            sailing_id: known[1]
            for sailing_id in wanted
            if (known := self._known.get(sailing_id)) and known[0] > now
        }
        missing = wanted - found.keys()
        if missing:
            async with self._res.db.acquire() as conn:
                fresh = await store.facts(conn, missing)
            for sailing_id, facts in fresh.items():
                self._known[sailing_id] = (now + _SECONDS, facts)
            found |= fresh
            while len(self._known) > _ENTRIES:
                self._known.popitem(last=False)
        for sailing_id in wanted - found.keys():
            raise NotFound(_("There is no sailing %s.") % sailing_id, code="sailing")
        return found

    def forget(self, sailing_id: UUID) -> None:
        """The sailing was changed."""
        self._known.pop(sailing_id, None)


def of(res: Resources) -> Catalogue:
    """The catalogue of this process."""
    return res.part(Catalogue, Catalogue)
