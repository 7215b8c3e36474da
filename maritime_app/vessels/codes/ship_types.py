"""Names for AIS numbers: groups of ship types and navigational statuses.

Source: ITU-R M.1371-5, table 53 (type of ship) and table 45 (navigational status).
"""

from collections.abc import Collection
from typing import Final

from maritime_app.vessels.model import CodedIntEnum, StationKind


class ShipGroup(CodedIntEnum):
    """The groups people filter by and the map colours. Part of the map protocol: never renumber."""

    OTHER = 0
    PASSENGER = 1
    CARGO = 2
    TANKER = 3
    FISHING = 4
    PLEASURE = 5
    HIGH_SPEED = 6
    SERVICE = 7  # pilot, tug, rescue, law enforcement ...
    MILITARY = 8
    AIRCRAFT = 9
    BASE_STATION = 10
    AID = 11
    DISTRESS = 12
    DISTRESS_TEST = 13  # a distress transmitter under test: nobody is in danger


class NavigationStatus(CodedIntEnum):
    """What the crew has set; 15, "not defined", never gets here (ais.fields.status)."""

    UNDER_WAY = 0
    AT_ANCHOR = 1
    NOT_UNDER_COMMAND = 2
    RESTRICTED = 3
    CONSTRAINED_BY_DRAUGHT = 4
    MOORED = 5
    AGROUND = 6
    FISHING = 7
    SAILING = 8
    RESERVED_9 = 9
    RESERVED_10 = 10
    TOWING_ASTERN = 11
    PUSHING_AHEAD = 12
    RESERVED_13 = 13
    DISTRESS = 14


GROUP_BY_CODE: Final[dict[str, CodedIntEnum]] = {group.code: group for group in ShipGroup}
STATUS_BY_CODE: Final[dict[str, CodedIntEnum]] = {
    status.code: status for status in NavigationStatus
}
_STATUS_CODES: Final = {int(status): status.code for status in NavigationStatus}
_GROUP_BY_KIND = {
    StationKind.AIRCRAFT: ShipGroup.AIRCRAFT,
    StationKind.BASE_STATION: ShipGroup.BASE_STATION,
    StationKind.AID: ShipGroup.AID,
    StationKind.DISTRESS: ShipGroup.DISTRESS,
}
# The first digit of a ship type; 3x is told apart below.
_GROUP_BY_TENS = {
    1: ShipGroup.OTHER,
    2: ShipGroup.OTHER,
    4: ShipGroup.HIGH_SPEED,
    5: ShipGroup.SERVICE,
    6: ShipGroup.PASSENGER,
    7: ShipGroup.CARGO,
    8: ShipGroup.TANKER,
    9: ShipGroup.OTHER,
}
_GROUP_OF_THIRTIES = {
    30: ShipGroup.FISHING,
    31: ShipGroup.SERVICE,
    32: ShipGroup.SERVICE,
    33: ShipGroup.SERVICE,
    34: ShipGroup.SERVICE,
    35: ShipGroup.MILITARY,
    36: ShipGroup.PLEASURE,
    37: ShipGroup.PLEASURE,
}


def group_of(kind: StationKind, ship_type: int | None, *, test: bool = False) -> ShipGroup:
    """Return the group of a station; OTHER for a ship whose type is not known."""
    if test and kind is StationKind.DISTRESS:
        return ShipGroup.DISTRESS_TEST
    if kind in _GROUP_BY_KIND:
        return _GROUP_BY_KIND[kind]
    if ship_type is None:
        return ShipGroup.OTHER
    return _GROUP_OF_THIRTIES.get(ship_type) or _GROUP_BY_TENS.get(ship_type // 10, ShipGroup.OTHER)


def ship_types(groups: Collection[ShipGroup]) -> frozenset[int]:
    """Return the ship types (a byte) of these groups."""
    return frozenset(each for each in range(256) if group_of(StationKind.CLASS_A, each) in groups)


def status_code(status: int | None) -> str | None:
    """Return e.g. "moored" for 5; None when the ship reports no status."""
    return None if status is None else _STATUS_CODES.get(status)
