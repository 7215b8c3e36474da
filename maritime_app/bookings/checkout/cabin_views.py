"""What the booking form shows of a leg's cabins: what may be added, what fits, who has no berth."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from maritime_app.bookings.checkout.form import leg_fields
from maritime_app.bookings.pricing.model import LegQuote
from maritime_app.ferries import cabins, parties
from maritime_app.ferries.cabins import CabinProposal, CabinStock
from maritime_app.ferries.fares.rules import CABIN
from maritime_app.money import Money
from maritime_app.web.forms.numbers import whole_number


class CabinChoice(Struct, frozen=True):
    """A cabin or seat type that may be added, and how many of it are chosen."""

    type: str
    price: Money
    available: int
    chosen: str


class ProposalView(Struct, frozen=True):
    """Cabins in which everybody has a berth; `act` is what its button does."""

    cabins: tuple[tuple[str, int], ...]
    price: Money
    berths: int
    act: str
    is_chosen: bool


class CabinsView(Struct, frozen=True):
    """The cabins of one leg. `without_berth` counts whom the chosen ones leave without; `has_beds`
    is whether the ship sells any to lie in, `has_seats` whether seats are among the proposals.
    """

    choices: list[CabinChoice]
    proposals: list[ProposalView]
    people: int
    without_berth: int
    fewer_berths: bool
    has_beds: bool
    has_seats: bool


def cabins_view(
    leg: LegQuote, available: Mapping[str, int], entered: Mapping[str, Any]
) -> CabinsView:
    """Return them for the party of the leg; none where the operator sells none here."""
    stock, party = _stock(leg, available), leg.demand.party
    counts = dict(leg_fields(entered)["cabins"])
    if entered.get("cabin"):
        counts[str(entered["cabin"])] = "1"
    numbers = ((kind, whole_number(text)) for kind, text in counts.items())
    chosen = sorted((kind, count) for kind, count in numbers if count is not None)
    people = cabins.sleepers(party)
    currency = leg.currency
    fitting = cabins.proposals(people, stock, with_pets=bool(party.pets))
    return CabinsView(
        choices=[
            CabinChoice(
                one.type, Money(one.price_minor, currency), one.left, str(counts.get(one.type, ""))
            )
            for one in stock
        ],
        proposals=[_proposal(leg.number - 1, one, currency, tuple(chosen)) for one in fitting],
        people=people,
        without_berth=cabins.without_berth(people, chosen, {one.type: one.berths for one in stock}),
        fewer_berths=bool(entered.get("fewer_berths")),
        has_beds=parties.sells_beds(stock),
        has_seats=any(not cabins.has_beds(kind) for one in fitting for kind, _n in one.cabins),
    )


def cheapest_act(leg: LegQuote, available: Mapping[str, int]) -> str:
    """Return what the button does that takes the cheapest cabins with a bed for everybody; empty
    where there are none.
    """
    found = parties.cheapest_cabins(leg.demand.party, _stock(leg, available))
    return _act(leg.number - 1, found) if found else ""


def _act(leg: int, chosen: Iterable[tuple[str, int]]) -> str:
    return f"cabins:{leg}:" + ",".join(f"{kind}={count}" for kind, count in chosen)


def _stock(leg: LegQuote, available: Mapping[str, int]) -> list[CabinStock]:
    """Return the cabins of a leg, with what is left of each."""
    fare, berths = leg.sailing.fare, leg.sailing.berths
    if fare is None:
        return list(leg.cabins_sold)
    return [
        CabinStock(kind, fare.prices[f"{CABIN}{kind}"], berths[kind], available[f"{CABIN}{kind}"])
        for kind in sorted(berths)
        if f"{CABIN}{kind}" in fare.prices and f"{CABIN}{kind}" in available
    ]


def _proposal(
    leg: int, one: CabinProposal, currency: str, chosen: tuple[tuple[str, int], ...]
) -> ProposalView:
    price, act = Money(one.price_minor, currency), _act(leg, one.cabins)
    return ProposalView(one.cabins, price, one.berths, act, one.cabins == chosen)
