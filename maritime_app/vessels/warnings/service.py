"""Take a file of warnings in; which warnings are in force."""

from typing import Final

from maritime_app import clock
from maritime_app.errors import Conflict
from maritime_app.resources import Resources
from maritime_app.vessels.events.paging import page, read_cursor
from maritime_app.vessels.warnings import reading, store
from maritime_app.vessels.warnings.model import WarningNumber, WarningsTaken
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
) -> WarningsTaken:
    """Store what a file has; what its publisher no longer lists is withdrawn (`keep`: is not).

    Raise Invalid where nothing in it can be read, and Conflict where it would withdraw more than
    half of what stands (`force`: withdraw). Then nothing is changed.
    """
    now = clock.now()
    read = reading.read(body, publisher, kind)
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


async def warnings(res: Resources, request: WarningsRequest) -> WarningsResponse:
    """Return the warnings in force, the latest first; raise Invalid for an unknown kind."""
    now, kinds, ended = clock.now(), request.kinds(), read_cursor(request.cursor)
    only = request.warning
    async with res.reads.acquire() as conn:
        found = await store.in_force(conn, now, kinds, only, request.limit + 1, ended)
        total = await store.count_in_force(conn, now, kinds, only)
        publishers = await store.publishers(conn, now)
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
