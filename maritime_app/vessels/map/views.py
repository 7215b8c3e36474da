"""The ships in a box as GeoJSON, and the map page without JavaScript. Pure."""

from collections.abc import Callable, Hashable, Mapping, Sequence

from msgspec import Struct

from maritime_app.ports.model import PortItem
from maritime_app.vessels.api.schemas import (
    PointGeometry,
    VesselFeature,
    VesselFeatures,
    VesselFeed,
    VesselPosition,
    VesselPositions,
    VesselSearchResult,
)
from maritime_app.vessels.codes.flag_states import MIDS_BY_STATE
from maritime_app.vessels.codes.ship_types import ShipGroup

_UNDER_WAY_KNOTS = 0.5


class ShipsHeard(Struct, frozen=True):
    """The newest ships as a table, and how many there are in all."""

    vessels: list[VesselPosition]
    total: int


class MapPage(Struct, frozen=True):
    """The map page without JavaScript: the newest ships as a table, and a search if one was made.

    `heard` reads the ships; who asks with the same `heard_key` is shown the same table.
    `matches` is None when nothing was searched for, `ports` are those that were found beside;
    `search_error` says what is wrong with the search.
    `mids` are the identification digits of each state's ships.
    """

    q: str
    groups: tuple[str, ...]
    feed: VesselFeed
    heard: Callable[[], ShipsHeard]
    heard_key: Hashable
    matches: list[VesselSearchResult] | None
    ports: Sequence[PortItem]
    search_error: str
    mids: Mapping[str, Sequence[int]]


class Search(Struct, frozen=True):
    """What was searched for on the map's page, and what was found; see MapPage."""

    q: str
    matches: list[VesselSearchResult] | None = None
    ports: Sequence[PortItem] = ()
    error: str = ""


def map_page(
    search: Search,
    feed: VesselFeed,
    heard: Callable[[], ShipsHeard],
    heard_key: Hashable,
) -> MapPage:
    """Return the map page."""
    groups = tuple(group.code for group in ShipGroup)
    return MapPage(
        search.q,
        groups,
        feed,
        heard,
        heard_key,
        search.matches,
        search.ports,
        search.error,
        MIDS_BY_STATE,
    )


def ships_heard(positions: VesselPositions) -> ShipsHeard:
    """Return the table of ships: stale ones come last, and those that stand still."""
    vessels = sorted(
        positions.vessels,
        key=lambda ship: (
            ship.stale,
            (ship.sog_knots or 0) <= _UNDER_WAY_KNOTS,
            ship.name or "~",  # behind every letter
        ),
    )
    return ShipsHeard(vessels, positions.total)


def features_view(positions: VesselPositions) -> VesselFeatures:
    """Return the positions as GeoJSON."""
    return VesselFeatures(
        features=[
            VesselFeature(ship.mmsi, PointGeometry((ship.lon, ship.lat)), ship)
            for ship in positions.vessels
        ],
        feed=positions.feed,
        as_of=positions.as_of,
        total=positions.total,
        limit=positions.limit,
        offset=positions.offset,
        next_cursor=positions.next_cursor,
    )
