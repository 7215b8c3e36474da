"""The newest encounters, of all ships or of one."""

from datetime import datetime
from uuid import UUID

from maritime_app import clock
from maritime_app.resources import Resources
from maritime_app.vessels.encounters import store
from maritime_app.vessels.encounters.model import ListedEncounter
from maritime_app.vessels.encounters.responses import (
    EncountersRequest,
    EncountersResponse,
    encounter_response,
)
from maritime_app.vessels.events.paging import page, read_cursor
from maritime_app.vessels.live import sources


async def encounters(res: Resources, request: EncountersRequest) -> EncountersResponse:
    """Return encounters that were not over at `since`, newest first; raise Invalid."""
    now = clock.now()
    since, ended = request.check(now), read_cursor(request.cursor)
    mmsi, shown = request.mmsi or None, sources.active(res.settings)
    async with res.reads.acquire() as conn:
        found = await store.encounters(conn, mmsi, since, request.limit + 1, shown, ended)
        total = await store.count(conn, mmsi, since, shown)
    rows, cursor = page(found, request.limit, _began)
    listed = [encounter_response(each) for each in rows]
    return EncountersResponse(now, since, listed, total, cursor)


def _began(listed: ListedEncounter) -> tuple[datetime, UUID]:
    return listed.encounter.began_at, listed.encounter.id
