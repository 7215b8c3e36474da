"""Pure: what a booking is to be invoiced, and what of it is new.

A document has the difference between what is due now and what was invoiced before, so that all
documents of a booking together always say what it costs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from maritime_app.bookings.invoices.goodwill import GOODWILL, Share
from maritime_app.bookings.invoices.model import Invoice, InvoiceLine
from maritime_app.bookings.model import Booking, Leg
from maritime_app.ferries.model import PriceReason

CANCELLATION_FEE = "cancellation_fee"
_Key = tuple[int, str, PriceReason, float]


def sold(booking: Booking, operator_code: str, domestic_tax_percent: float) -> list[InvoiceLine]:
    """Return the price lines of the legs that an operator sails."""
    legs = {leg.number: leg for leg in booking.legs if leg.operator.code == operator_code}
    return [
        InvoiceLine(
            item.leg,
            item.item,
            item.reason,
            item.quantity,
            item.amount.amount_minor,
            tax_percent(legs[item.leg], item.reason, domestic_tax_percent),
        )
        for item in booking.items
        if item.leg in legs
    ]


def given(
    booking: Booking, parts: Mapping[Share, int], operator_code: str, domestic_tax_percent: float
) -> list[InvoiceLine]:
    """Return the goodwill on the legs that an operator sails; `parts` is goodwill.shares."""
    legs = {leg.number: leg for leg in booking.legs if leg.operator.code == operator_code}
    return [
        InvoiceLine(
            number,
            GOODWILL,
            reason,
            0,
            -part_minor,
            tax_percent(legs[number], reason, domestic_tax_percent),
        )
        for (number, reason), part_minor in parts.items()
        if number in legs and part_minor
    ]


def kept(fees_minor: Mapping[int, int]) -> list[InvoiceLine]:
    """Return what is due of a cancelled booking: the fee of each leg by its number, untaxed."""
    return [
        InvoiceLine(leg, CANCELLATION_FEE, PriceReason.FEE, 1, fee_minor, 0.0)
        for leg, fee_minor in sorted(fees_minor.items())
        if fee_minor
    ]


def shares(fee_minor: int, legs: Sequence[Leg], quoted: Mapping[int, int]) -> dict[int, int]:
    """Return how much of a fee belongs to each leg, as it was quoted, or by the legs' prices.

    The parts add up to the fee.
    """
    weights = {leg.number: quoted.get(leg.number, 0) for leg in legs}
    if not sum(weights.values()):
        weights = {leg.number: leg.price.amount_minor for leg in legs}
    whole = sum(weights.values())
    parts = {number: fee_minor * weight // (whole or 1) for number, weight in weights.items()}
    parts[legs[0].number] += fee_minor - sum(parts.values())
    return parts


def fees_invoiced(documents: Iterable[Invoice]) -> dict[int, int]:
    """Return what of a cancelled booking's legs was invoiced as their fee, by number."""
    fees: defaultdict[int, int] = defaultdict(int)
    for document in documents:
        for line in document.content.lines:
            if line.item == CANCELLATION_FEE:
                fees[line.leg] += line.amount_minor
    return dict(fees)


def difference(due: Iterable[InvoiceLine], before: Iterable[InvoiceLine]) -> list[InvoiceLine]:
    """Return what is due beyond what was invoiced before; lines of nothing are left out."""
    quantities: defaultdict[_Key, int] = defaultdict(int)
    amounts: defaultdict[_Key, int] = defaultdict(int)
    for sign, lines in ((1, due), (-1, before)):
        for line in lines:
            key = (line.leg, line.item, line.reason, line.tax_percent)
            quantities[key] += sign * line.quantity
            amounts[key] += sign * line.amount_minor
    return [
        InvoiceLine(leg, item, reason, quantities[key], amount_minor, percent)
        for key, amount_minor in amounts.items()
        for leg, item, reason, percent in [key]
        if amount_minor
    ]


def negated(lines: Iterable[InvoiceLine]) -> list[InvoiceLine]:
    """Return the lines as a document says them that takes them back."""
    return [
        InvoiceLine(
            line.leg,
            line.item,
            line.reason,
            -line.quantity,
            -line.amount_minor,
            line.tax_percent,
        )
        for line in lines
    ]


def tax_percent(leg: Leg, reason: PriceReason, domestic_percent: float) -> float:
    """Return the tax that is contained in a line: crossings between countries are exempt.

    Directive 2006/112/EC, article 148; fees are no supply (Court of Justice, C-277/05).
    """
    return domestic_percent if is_domestic(leg) and reason is not PriceReason.FEE else 0.0


def is_domestic(leg: Leg) -> bool:
    """Return whether a crossing stays within one country."""
    return leg.origin.country is not None and leg.origin.country == leg.destination.country


def tax_minor(amount_minor: int, percent: float) -> int:
    """Return the tax that an amount contains, rounded to the nearest unit."""
    return round(amount_minor * percent / (100 + percent))
