"""The newest gaps, of all ships or of one."""

from maritime_app import clock
from maritime_app.resources import Resources
from maritime_app.vessels.events.paging import page, read_cursor
from maritime_app.vessels.gaps import store
from maritime_app.vessels.gaps.responses import GapsRequest, GapsResponse, gap_response
from maritime_app.vessels.live import sources


async def gaps(res: Resources, request: GapsRequest) -> GapsResponse:
    """Return gaps that were not over at `since`, newest first; raise Invalid."""
    now = clock.now()
    since, ended = request.check(now), read_cursor(request.cursor)
    mmsi, shown = request.mmsi or None, sources.active(res.settings)
    async with res.reads.acquire() as conn:
        found = await store.gaps(conn, mmsi, since, request.limit + 1, shown, ended)
        total = await store.count(conn, mmsi, since, shown)
    rows, cursor = page(found, request.limit, lambda one: (one.gap.began_at, one.gap.id))
    return GapsResponse(now, since, [gap_response(each) for each in rows], total, cursor)
