"""The ships in a box as GeoJSON, and the map page without JavaScript. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from maritime_app.ports.model import PortItem
from maritime_app.vessels.api.schemas import (
    PointGeometry,
    VesselFeature,
    VesselFeatures,
    VesselPosition,
    VesselPositions,
    VesselSearchResult,
)
from maritime_app.vessels.codes.flag_states import MIDS_BY_STATE
from maritime_app.vessels.codes.ship_types import ShipGroup

_UNDER_WAY_KNOTS = 0.5


class MapPage(Struct, frozen=True):
    """The map page without JavaScript: the newest ships as a table, and a search if one was made.

    `matches` is None when nothing was searched for, `ports` are those that were found beside;
    `search_error` says what is wrong with the search.
    `mids` are the identification digits of each state's ships.
    """

    q: str
    groups: tuple[str, ...]
    positions: VesselPositions
    vessels: list[VesselPosition]
    matches: list[VesselSearchResult] | None
    ports: Sequence[PortItem]
    search_error: str
    mids: Mapping[str, Sequence[int]]


def map_page(
    q: str,
    positions: VesselPositions,
    matches: list[VesselSearchResult] | None,
    ports: Sequence[PortItem],
    search_error: str,
) -> MapPage:
    """Return the map page; in its table stale ships come last, and those that stand still."""
    vessels = sorted(
        positions.vessels,
        key=lambda ship: (
            ship.stale,
            (ship.sog_knots or 0) <= _UNDER_WAY_KNOTS,
            ship.name or "~",  # behind every letter
        ),
    )
    groups = tuple(group.code for group in ShipGroup)
    return MapPage(q, groups, positions, vessels, matches, ports, search_error, MIDS_BY_STATE)


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
