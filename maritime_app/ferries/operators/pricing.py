"""What a party pays at a remote operator: its children by the ages that the operator says, cabins
chosen where it wants berths.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from msgspec import Struct

from maritime_app.ferries import parties, residents
from maritime_app.ferries.model import AgeBands, Party
from maritime_app.ferries.operators import model as wire, service as operators
from maritime_app.money import Money

Ask = Callable[[wire.Party], Coroutine[Any, Any, Sequence[wire.OperatorOffer]]]


class PricedOffer(Struct, frozen=True):
    """An offer with the price of the whole party, cabins included: how many of which type.

    `cabins` None: it wants berths, and the cabins do not suffice; empty: the ship sells none.
    `may_go` is false for children too young to travel by themselves.
    """

    offer: wire.OperatorOffer
    price: Money
    cabins: Mapping[str, int] | None
    may_go: bool


async def offers(ask: Ask, party: Party) -> list[PricedOffer]:
    """Return what the operator offers the party; `ask` puts one question to it and may raise.

    Ages are the operator's: where children are in other classes by what its offers say, it is asked
    once more for each way of counting them. Nobody else waits for a second question.
    """
    party = residents.elsewhere(party)
    asked = parties.in_classes(party, AgeBands())
    said = {asked: await ask(operators.wire_party(asked))}
    if party.ages:
        others = {
            parties.in_classes(party, operators.bands(offer.ages)) for offer in said[asked]
        } - {asked}
        answers = await asyncio.gather(*(ask(operators.wire_party(other)) for other in others))
        said |= dict(zip(others, answers, strict=True))
    return [
        _priced(offer, counted, party)
        for counted, answer in said.items()
        for offer in answer
        if parties.in_classes(party, operators.bands(offer.ages)) == counted
    ]


def _priced(offer: wire.OperatorOffer, counted: Party, party: Party) -> PricedOffer:
    """Return the offer for the party as it was counted."""
    may_go = parties.is_accompanied(party, operators.bands(offer.ages))
    cabins = operators.stock(offer)
    housed = parties.lodged(counted, cabins)
    if housed is None:
        return PricedOffer(offer, Money(offer.total_minor, offer.currency), None, may_go)
    prices = {cabin.type: cabin.price_minor for cabin in cabins}
    total_minor = offer.total_minor + sum(prices[kind] * n for kind, n in housed.cabins)
    return PricedOffer(offer, Money(total_minor, offer.currency), dict(housed.cabins), may_go)
