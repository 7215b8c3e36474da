"""Take a file of warnings in; which warnings are in force."""

from typing import Final

from msgspec import structs

from maritime_app import clock
from maritime_app.errors import Conflict
from maritime_app.resources import Resources
from maritime_app.settings.model import Settings
from maritime_app.vessels.events.paging import page, read_cursor
from maritime_app.vessels.warnings import reading, store
from maritime_app.vessels.warnings.model import (
    PLAYED_PUBLISHER,
    Sought,
    WarningNumber,
    WarningsTaken,
)
from maritime_app.vessels.warnings.responses import (
    WarningsRequest,
    WarningsResponse,
    warning_response,
)

# A list that takes back more than half of at least so many is more likely cut than true.
_FEW: Final = 4
_CUT: Final = "too_many_withdrawn"


async def take_in(
    res: Resources,
    body: bytes,
    *,
    publisher: str = "",
    kind: str = "",
    keep: bool = False,
    force: bool = False,
    invented: bool = False,
) -> WarningsTaken:
    """Store what a file has; what its publisher no longer lists is withdrawn (`keep`: is not).

    `invented`: nothing of it was said by an authority, whatever the file says.

    Raise Invalid where nothing in it can be read, and Conflict where it would withdraw more than
    half of what stands (`force`: withdraw). Then nothing is changed.
    """
    now = clock.now()
    read = reading.read(body, publisher, kind)
    if invented:
        read.warnings = [structs.replace(each, invented=True) for each in read.warnings]
    given = {WarningNumber(warning.publisher, warning.reference) for warning in read.warnings}
    publishers = {number.publisher for number in given} | ({publisher} - {""})
    async with res.db.transaction() as conn:
        gone: list[WarningNumber] = []
        if read.whole and not keep:
            standing = await store.standing(conn, sorted(publishers))
            gone = sorted(standing - given)
            if len(standing) >= _FEW and 2 * len(gone) > len(standing) and not force:
                raise Conflict(_most_withdrawn(len(gone), len(standing)), code=_CUT)
        new, changed = await store.upsert(conn, read.warnings)
        withdrawn = await store.withdraw(conn, gone)
        withdrawn += await store.withdraw_numbers(conn, read.withdrawn)
    return WarningsTaken(
        rows=read.rows,
        new=new,
        changed=changed,
        unchanged=len(read.warnings) - new - changed,
        withdrawn=withdrawn,
        over=sum(each.ends_at is not None and each.ends_at <= now for each in read.warnings),
        left_out=read.left_out,
    )


def is_played(settings: Settings) -> bool:
    """Whether the sandbox plays the publisher: only then are its warnings shown."""
    return "warnings" in settings.sandboxed


async def warnings(res: Resources, request: WarningsRequest) -> WarningsResponse:
    """Return the warnings in force, the latest first; raise Invalid for an unknown kind."""
    now, kinds, ended = clock.now(), request.kinds(), read_cursor(request.cursor)
    only = request.warning
    hidden = [] if is_played(res.settings) else [PLAYED_PUBLISHER]
    sought = Sought(kinds, only, hidden)
    async with res.reads.acquire() as conn:
        found = await store.in_force(conn, now, sought, request.limit + 1, ended)
        total = await store.count_in_force(conn, now, sought)
        publishers = await store.publishers(conn, now, hidden)
    rows, cursor = page(found, request.limit, lambda one: (one.warning.issued_at, one.id))
    return WarningsResponse(
        as_of=now,
        publishers=publishers,
        warnings=[warning_response(each) for each in rows],
        total=total,
        next_cursor=cursor,
    )


def _most_withdrawn(gone: int, standing: int) -> str:
    return (
        f"This file would withdraw {gone:,} of {standing:,} warnings: nothing was changed."
        " --force takes it all the same, --keep withdraws nothing."
    )
