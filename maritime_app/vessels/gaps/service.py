"""The newest gaps, of all ships or of one."""

from maritime_app import clock
from maritime_app.resources import Resources
from maritime_app.vessels.gaps import store
from maritime_app.vessels.gaps.responses import GapsRequest, GapsResponse, gap_response
from maritime_app.vessels.live import sources


async def gaps(res: Resources, request: GapsRequest) -> GapsResponse:
    """Return gaps that were not over at `since`, newest first; raise Invalid."""
    now = clock.now()
    since = request.check(now)
    async with res.reads.acquire() as conn:
        found = await store.gaps(
            conn, request.mmsi or None, since, request.limit, sources.active(res.settings)
        )
    return GapsResponse(now, since, [gap_response(each) for each in found])
