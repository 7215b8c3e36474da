"""Pure: which cabins a party fits in, cheapest first, and who would have no berth.

An infant sleeps with somebody (see bookings/tickets/berths): adults and children need a berth each.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from maritime_app.ferries.model import Party

_MOST_PROPOSALS = 4
_PET = "pet"  # a cabin in which an animal may stay, and nobody else needs
_SEAT = "reclining"  # sold like a cabin, and nobody lies in it


class CabinStock(Struct, frozen=True):
    """A cabin or seat type on one sailing: price of one, berths in it, how many are left."""

    type: str
    price_minor: int
    berths: int
    left: int

    @property
    def family(self) -> str:
        """Return the type without its size: "inside" of "inside2" and "inside4"."""
        return self.type.rstrip("0123456789")

    @property
    def has_beds(self) -> bool:
        """Return whether it is a cabin, not a seat."""
        return has_beds(self.type)


class CabinProposal(Struct, frozen=True):
    """Cabins in which everybody has a berth: how many of which type, and what they cost."""

    cabins: tuple[tuple[str, int], ...]
    price_minor: int
    berths: int


def has_beds(cabin_type: str) -> bool:
    """Return whether one lies in it: what is sold like a cabin may be a seat."""
    return cabin_type.rstrip("0123456789") != _SEAT


def sleepers(party: Party) -> int:
    """Return how many need a berth."""
    return party.adults + party.children


def without_berth(people: int, cabins: Iterable[tuple[str, int]], sizes: Mapping[str, int]) -> int:
    """Return how many of the people the chosen cabins leave without a berth; 0 without cabins.

    `sizes` has the berths by type. A type of unknown size is taken to be enough for everybody:
    its operator knows better.
    """
    chosen = [(kind, count) for kind, count in cabins if count]
    if not chosen or any(kind not in sizes for kind, _count in chosen):
        return 0
    return max(0, people - sum(sizes[kind] * count for kind, count in chosen))


def proposals(
    people: int, stock: Sequence[CabinStock], *, with_pets: bool = False
) -> list[CabinProposal]:
    """Return the cheapest cabins of each family and the cheapest of all, in order of price.

    None has fewer berths than there are people, takes more than is left, or more cabins than people
    (which pricing/rules refuses). Equal prices are decided by fewer cabins, then by fewer berths.
    """
    offered = [one for one in stock if with_pets or one.family != _PET]
    families = dict.fromkeys(one.family for one in offered)
    lots = [[one for one in offered if one.family == family] for family in families]
    found = [_cheapest(people, lot) for lot in [*lots, offered]] if people else []
    unique = dict.fromkeys(one for one in found if one is not None)
    return sorted(unique, key=lambda one: (one.price_minor, one.cabins))[:_MOST_PROPOSALS]


# Price, number of cabins, berths, and the cabins: the order in which one lot is better.
_Lot = tuple[int, int, int, tuple[tuple[str, int], ...]]


def _cheapest(people: int, stock: Sequence[CabinStock]) -> CabinProposal | None:
    """Return the cheapest cabins of the stock with a berth for everybody; None where they do not
    suffice. `best` has the best lot by how many are in it, type after type.
    """
    best: dict[int, _Lot] = {0: (0, 0, 0, ())}
    for one in stock:
        grown = dict(best)
        for lodged, lot in best.items():
            for count in range(1, min(one.left, -(-(people - lodged) // one.berths)) + 1):
                bigger = _with(lot, one, count)
                within = min(people, lodged + count * one.berths)
                if bigger[1] <= people and (within not in grown or bigger < grown[within]):
                    grown[within] = bigger
        best = grown
    if people not in best:
        return None
    price_minor, _cabins, berths, cabins = best[people]
    return CabinProposal(tuple(sorted(cabins)), price_minor, berths)


def _with(lot: _Lot, one: CabinStock, count: int) -> _Lot:
    price_minor, cabins, berths, types = lot
    return (
        price_minor + count * one.price_minor,
        cabins + count,
        berths + count * one.berths,
        (*types, (one.type, count)),
    )
