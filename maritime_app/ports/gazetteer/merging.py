"""One port out of its listings, the same in whatever order they came. Pure."""

from collections.abc import Container, Iterable, Sequence

from maritime_app.ports.gazetteer import names, position
from maritime_app.ports.gazetteer.model import PRECEDENCE, Listing, ListSource
from maritime_app.ports.model import NewPort, PortKind

# A code of UNECE itself, or of statistics that use it, before the one that a list gives.
_CODE_ORDER = (
    ListSource.OURS,
    ListSource.UNLOCODE,
    ListSource.WPI,
    ListSource.SEA_PORTS,
    ListSource.UNCTAD,
    ListSource.CPPI,
)


def merged(listings: Sequence[Listing], taken: Container[str] = ()) -> NewPort | None:
    """Return the port of these listings; None while none of them has a position.

    `taken` are UN/LOCODEs that other ports have already.
    """
    ordered = sorted(listings, key=lambda each: (PRECEDENCE[each.source], each.code))
    placed = next((each for each in ordered if each.lat is not None), None)
    if placed is None or placed.lat is None or placed.lon is None:
        return None
    unlocode = _unlocode(ordered, taken)
    country = next((each.country for each in ordered if each.country), None)
    first = ordered[0]
    return NewPort(
        code=unlocode or f"{first.source}:{first.code}",
        name=next((each.name for each in ordered if each.lat is not None), first.name),
        lat=placed.lat,
        lon=placed.lon,
        timezone=position.timezone(placed.lat, placed.lon),
        kind=PortKind.HARBOUR,
        source="list",
        unlocode=unlocode,
        country=country or position.country(placed.lat, placed.lon),
    )


def search_names(listings: Iterable[Listing]) -> dict[str, str]:
    """Return every name of a port by its key."""
    found: dict[str, str] = {}
    for listing in sorted(listings, key=lambda each: (PRECEDENCE[each.source], each.code)):
        for name in (listing.name, *listing.aliases):
            for key in names.keys(name):
                found.setdefault(key, name[:200])
    return found


def _unlocode(ordered: Sequence[Listing], taken: Container[str]) -> str | None:
    for source in _CODE_ORDER:
        for each in ordered:
            if each.source is source and each.unlocode and each.unlocode not in taken:
                return each.unlocode
    return None
