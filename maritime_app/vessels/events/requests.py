"""How far back a list of events goes, and of which ship."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final

from msgspec import Meta, Struct

from maritime_app.clock import in_utc
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _

MOST_EVENTS: Final = 1_000
_LONGEST_WINDOW: Final = timedelta(days=92)


class EventsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The events of all ships, or of one, not over at `since` (7 days ago, at most 92).

    `cursor` is the `next_cursor` of the page before.
    """

    usual: ClassVar[timedelta] = timedelta(days=7)  # how far back a list goes unasked

    mmsi: Annotated[int, Meta(ge=0, le=999_999_999)] = 0
    since: datetime | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST_EVENTS)] = 100
    cursor: Annotated[str, Meta(max_length=60)] = ""

    def check(self, now: datetime) -> datetime:
        """Return since when in UTC; raise Invalid naming what cannot be answered."""
        wrong = self._wrong()
        since = in_utc(self.since or now - self.usual)
        if not now - _LONGEST_WINDOW <= since <= now:
            days = _LONGEST_WINDOW.days
            wrong["since"] = _("This must lie within the last %(days)s days.") % {"days": days}
        if wrong:
            raise Invalid(next(iter(wrong.values())), wrong)
        return since

    def _wrong(self) -> dict[str, str]:
        """Return what is wrong with all but the time, by field."""
        return {}
