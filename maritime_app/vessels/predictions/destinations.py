"""What crews type as their destination, to keys under which a harbour may be known. Pure.

IMO SN.1/Circ.244 asks for UN/LOCODEs, "DEHAM>NLRTM" from and to; many write a name, or anything.
"""

import re
from typing import Final

from maritime_app.geo import distance_m
from maritime_app.ports import service as ports
from maritime_app.vessels.port_calls.model import Harbour

_ARROW: Final = re.compile(r"[=\-]*>+|<+[=\-]*>+|\bTO\b")
_CODE: Final = re.compile(r"([A-Z]{2})[ .\-]?([A-Z2-9]{3})")
_SHORTEST_NAME: Final = 3


def keys_of(destination: str) -> tuple[str | None, str | None]:
    """Return the UN/LOCODE that a destination looks like, and its folded name; None each if none.

    Of "from > to" the last part counts.
    """
    part = _ARROW.split(destination.upper())[-1].strip(" .,;:")
    code = _CODE.fullmatch(part)
    name = ports.fold_name(part)
    return (
        None if code is None else code[1] + code[2],
        name if len(name) >= _SHORTEST_NAME else None,
    )


def nearest(harbours: list[Harbour], lat: float, lon: float) -> Harbour | None:
    """Return the harbour nearest to the ship of those that are called the same."""
    return min(harbours, key=lambda each: distance_m(lat, lon, each.lat, each.lon), default=None)
