"""Where one can go from a place, and what lies near."""

from maritime_app.errors import NotFound
from maritime_app.ferries.places import service as places
from maritime_app.ferries.reach import store
from maritime_app.ferries.reach.model import Alternatives, DestinationsResponse
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_MOST_DESTINATIONS = 300
_NEAR_M = 150_000.0  # as far as people drive to another port
_MOST_NEAR = 3


async def destinations(res: Resources, origin: str) -> DestinationsResponse:
    """Return where one can go from there without a change; raise NotFound for no place of ours."""
    async with res.reads.acquire() as conn:
        place = await places.by_code(conn, origin)
        if place is None:
            raise NotFound(_("We do not know that place."), code="place")
        position = await store.position(conn, place.code)
        found = await store.destinations(conn, place.code, _MOST_DESTINATIONS)
    return DestinationsResponse(place, position.lat, position.lon, tuple(found))


async def near_ports(res: Resources, origin: str, destination: str) -> Alternatives:
    """Return ports near both ends that serve instead; no days."""
    near = (_NEAR_M, _MOST_NEAR)
    async with res.reads.acquire() as conn:
        return Alternatives(
            origins=tuple(await store.near_origins(conn, origin, destination, *near)),
            destinations=tuple(await store.near_destinations(conn, origin, destination, *near)),
        )
