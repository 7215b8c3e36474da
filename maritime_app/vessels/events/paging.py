"""Lists of events in pages, the newest first: a cursor is where the page before ended. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _

RowT = TypeVar("RowT")
_CURSOR: Final = re.compile(r"(\d{1,17})-([0-9a-f]{32})", re.ASCII)


class Ended(NamedTuple):
    """The last event of the page before: when it began, and its id; both None before the first."""

    at: datetime | None = None
    id: UUID | None = None


def read_cursor(text: str) -> Ended:
    """Return where a page begins; raise Invalid for what is no cursor of ours."""
    if not text:
        return Ended()
    found = _CURSOR.fullmatch(text)
    if found is None:
        wrong = _("The next_cursor of an answer.")
        raise Invalid(wrong, {"cursor": wrong})
    seconds, microseconds = divmod(int(found[1]), 1_000_000)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)
    return Ended(at, UUID(found[2]))


def page(
    found: Sequence[RowT], limit: int, ended: Callable[[RowT], tuple[datetime, UUID]]
) -> tuple[list[RowT], str | None]:
    """Return the rows of one page out of one more than that, and the cursor of the next page."""
    rows = list(found[:limit])
    if len(found) <= limit:
        return rows, None
    at, event_id = ended(rows[-1])
    microseconds = int(at.timestamp()) * 1_000_000 + at.microsecond
    return rows, f"{microseconds}-{event_id.hex}"
