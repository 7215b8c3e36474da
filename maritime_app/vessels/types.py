"""Names for AIS numbers: groups of ship types, navigational states (ITU-R M.1371-5, tables 45 and
53).
"""

from enum import IntEnum

from maritime_app.vessels.model import Kind


class Group(IntEnum):
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

    @property
    def code(self) -> str:
        """The group's name in queries and answers, e.g. "high-speed"."""
        return self.name.lower().replace("_", "-")


BY_CODE = {group.code: group for group in Group}
STATUS = (
    "under-way",
    "at-anchor",
    "not-under-command",
    "restricted",
    "constrained-by-draught",
    "moored",
    "aground",
    "fishing",
    "sailing",
    "reserved-9",
    "reserved-10",
    "towing-astern",
    "pushing-ahead",
    "reserved-13",
    "distress",
)
_BY_KIND = {
    Kind.AIRCRAFT: Group.AIRCRAFT,
    Kind.BASE_STATION: Group.BASE_STATION,
    Kind.AID: Group.AID,
    Kind.DISTRESS: Group.DISTRESS,
}
_BY_TENS = {
    1: Group.OTHER,
    2: Group.OTHER,
    4: Group.HIGH_SPEED,
    5: Group.SERVICE,
    6: Group.PASSENGER,
    7: Group.CARGO,
    8: Group.TANKER,
    9: Group.OTHER,
}
_THIRTIES = {
    30: Group.FISHING,
    31: Group.SERVICE,
    32: Group.SERVICE,
    33: Group.SERVICE,
    34: Group.SERVICE,
    35: Group.MILITARY,
    36: Group.PLEASURE,
    37: Group.PLEASURE,
}


def group_of(kind: Kind, ship_type: int | None) -> Group:
    """The group of a station; ships without a known type are OTHER."""
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    if ship_type is None:
        return Group.OTHER
    return _THIRTIES.get(ship_type) or _BY_TENS.get(ship_type // 10, Group.OTHER)


def status_code(status: int | None) -> str | None:
    """E.g. "moored" for 5; None when the ship does not say."""
    return STATUS[status] if status is not None and 0 <= status < len(STATUS) else None
