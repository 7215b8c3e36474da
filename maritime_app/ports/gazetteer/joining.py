"""Which listings are one port: by code, by alias, by name and distance. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct, field

from maritime_app.geo import distance_m
from maritime_app.ports.gazetteer import names
from maritime_app.ports.gazetteer.model import KnownPort, Listing, ListSource

_SAME_NAME_M = 60_000  # a port may be listed by its town or by its outermost berth
_OTHER_CODE_M = 30_000  # two codes of UNECE for one port are rare, but there are some
_ALIKE_M = 12_000
_SAME_CODE_M = 150_000  # further apart, a code is a mistake in one of the lists


class Ports(Struct):
    """Every port that is known, to be looked up in."""

    by_id: dict[UUID, KnownPort] = field(default_factory=dict)
    by_code: dict[str, UUID] = field(default_factory=dict)
    by_alias: dict[tuple[str, str], UUID] = field(default_factory=dict)
    by_key: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def add(self, port: KnownPort) -> None:
        """Make a port known, or what has become of it."""
        self.by_id[port.id] = port
        for code in filter(None, (port.code, port.unlocode)):
            self.by_code[code] = port.id
        for key in port.keys:
            for each in {key, names.core(key)}:
                if port.id not in self.by_key[each]:
                    self.by_key[each].append(port.id)


class OthersCodes(Struct, frozen=True):
    """The codes of every port but one."""

    ports: Ports
    port_id: UUID

    def __contains__(self, code: object) -> bool:
        owner = self.ports.by_code.get(str(code))
        return owner is not None and owner != self.port_id


def find(ports: Ports, listing: Listing) -> tuple[UUID, str] | None:
    """Return the port of a listing and how it was found; None: it is none of them.

    A list names a port once: one that the list has under another code already is another port,
    unless the list says itself that both codes are one.
    """
    known = ports.by_alias.get(listing.key)
    if known:
        return known, "known"
    beside = ports.by_alias.get((listing.source, listing.beside or ""))
    if beside:
        return beside, "code"
    if listing.unlocode in ports.by_code:
        port = ports.by_id[ports.by_code[listing.unlocode]]
        if listing.source not in port.sources and _distance(port, listing) <= _SAME_CODE_M:
            return port.id, "code"
    found = _by_name(ports, listing)
    return (found, "name and distance") if found else None


def _by_name(ports: Ports, listing: Listing) -> UUID | None:
    wanted = {key for name in (listing.name, *listing.aliases) for key in names.keys(name)}
    near = [
        port
        for port in _candidates(ports, wanted)
        if listing.source not in port.sources and _same_country(port, listing)
    ]
    if listing.lat is None:
        return _only(near)
    limits = {port.id: _limit(port, listing, wanted) for port in near}
    near = [port for port in near if _distance(port, listing) <= limits[port.id]]
    best = min(near, key=lambda port: _likeliness(port, listing), default=None)
    return best.id if best else None


def _likeliness(port: KnownPort, listing: Listing) -> tuple[bool, float, str]:
    """The one that somebody has written down as the port of that name comes first, then the nearest
    one: Singapore's own numbers are not Jurong's, whose other name is Singapore too.
    """
    return ListSource.OURS not in port.sources, _distance(port, listing), port.code


def _limit(port: KnownPort, listing: Listing, wanted: set[str]) -> float:
    """How far apart the two may be: less where the names are only alike, or the codes differ."""
    if not wanted & set(port.keys):
        return _ALIKE_M
    differ = port.unlocode and listing.unlocode and port.unlocode != listing.unlocode
    return _OTHER_CODE_M if differ else _SAME_NAME_M


def _only(found: list[KnownPort]) -> UUID | None:
    """Without a position: the only port of that name in the country, or several in one place."""
    if not found:
        return None
    first = min(found, key=lambda port: (-len(port.sources), port.unlocode is None, port.code))
    apart = max(distance_m(first.lat, first.lon, port.lat, port.lon) for port in found)
    return first.id if apart <= _SAME_NAME_M else None


def _same_country(port: KnownPort, listing: Listing) -> bool:
    return not (port.country and listing.country) or port.country == listing.country


def _candidates(ports: Ports, keys: Iterable[str]) -> list[KnownPort]:
    ids = {
        id_ for key in keys for each in {key, names.core(key)} for id_ in ports.by_key.get(each, ())
    }
    return [ports.by_id[id_] for id_ in ids]


def _distance(port: KnownPort, listing: Listing) -> float:
    if listing.lat is None or listing.lon is None:
        return 0.0
    return distance_m(port.lat, port.lon, listing.lat, listing.lon)
