"""The newest encounters, of all ships or of one."""

from maritime_app import clock
from maritime_app.resources import Resources
from maritime_app.vessels.encounters import store
from maritime_app.vessels.encounters.responses import (
    EncountersRequest,
    EncountersResponse,
    encounter_response,
)
from maritime_app.vessels.live import sources


async def encounters(res: Resources, request: EncountersRequest) -> EncountersResponse:
    """Return encounters that were not over at `since`, newest first; raise Invalid."""
    now = clock.now()
    since = request.check(now)
    async with res.reads.acquire() as conn:
        found = await store.encounters(
            conn, request.mmsi or None, since, request.limit, sources.active(res.settings)
        )
    return EncountersResponse(now, since, [encounter_response(each) for each in found])
