"""An operator's offers as they came, to those that can be shown."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from maritime_app.ferries.operators.model import OperatorOffer, PriceQuestion
from maritime_app.infra.telemetry import log

logger = log.get(__name__)
_decode = msgspec.json.Decoder(OperatorOffer).decode
_CLOCKS_DIFFER = timedelta(days=1)  # between a day there and the same in UTC


def offers(
    operator_code: str, answered: Sequence[msgspec.Raw], question: PriceQuestion
) -> tuple[OperatorOffer, ...]:
    """Return the offers that answer the question, each sailing once; the log names why others are
    left out. Raise ValueError where nothing is left of some.
    """
    found: dict[str, OperatorOffer] = {}
    faults = []
    for raw in answered:
        try:
            offer = _fitting(_decode(raw), question)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
            faults.append(str(error))
            continue
        found.setdefault(offer.sailing.code, offer)
    if faults:
        logger.warning(
            "operator_offers_left_out", operator=operator_code, count=len(faults), first=faults[0]
        )
    if faults and not found:
        raise ValueError("no offer that can be read")
    return tuple(found.values())


def _fitting(offer: OperatorOffer, question: PriceQuestion) -> OperatorOffer:
    sailing = offer.sailing
    if offer.costs and sum(cost.amount_minor for cost in offer.costs) != offer.total_minor:
        raise ValueError("costs that do not add up to the total")
    if (sailing.depart_place, sailing.destination_place) != (
        question.depart_place,
        question.destination_place,
    ):
        raise ValueError("a sailing between other places")
    if abs(sailing.depart_at.date() - date.fromisoformat(question.date)) > _CLOCKS_DIFFER:
        raise ValueError("a sailing on another day")
    return offer
