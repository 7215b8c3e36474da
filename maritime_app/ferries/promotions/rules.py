"""Pure: who may use a promo code, and what it takes off.

It is taken off what the operator earns: fares, less what residents pay less. Taxes are the
harbour's, and fees were agreed before.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from maritime_app.errors import Invalid
from maritime_app.ferries.fares.rules import PROMOTION, RESIDENT
from maritime_app.ferries.model import OperatorKind, PriceLine, PriceReason, Sailing
from maritime_app.ferries.promotions.model import PricedLeg, Promotion
from maritime_app.i18n import translate as _

UNKNOWN = "promo_code_unknown"  # the code of the only refusal that says nothing of a code
_EARNED = (PriceReason.FARE, PriceReason.DISCOUNT)


def refused(words: str, code: str = "promo_code") -> Invalid:
    """Return the refusal of a promo code, at its field."""
    return Invalid(words, {"promo_code": words}, code=code)


def unknown(legs: Iterable[PricedLeg]) -> Invalid:
    """Return the refusal of a code that no operator of these legs has."""
    if all(leg.sailing.operator.kind is OperatorKind.REMOTE for leg in legs):
        return refused(_("No promo codes can be used here for these sailings."))
    return refused(_("There is no such promo code for these sailings."), UNKNOWN)


def refusal(promotion: Promotion, legs: Sequence[PricedLeg], now: datetime) -> Invalid | None:
    """Return why nobody can use the code for these legs now; None where it can be used."""
    if promotion.sold_from and now < promotion.sold_from:
        return refused(_("This promo code cannot be used yet."))
    if promotion.ended_at or (promotion.sold_until and now >= promotion.sold_until):
        return refused(_("This promo code cannot be used any more."))
    fitting = [leg for leg in legs if is_for(promotion, leg.sailing)]
    if not fitting:
        return refused(_("This promo code is for other days or routes."))
    if promotion.currency not in (None, fitting[0].currency):
        return refused(_("This promo code is for prices in another currency."))
    if not promotion.with_residents and any(map(_has_residents, fitting)):
        words = _("This promo code cannot be used beside the residents' discount.")
        return refused(words, "promo_code_residents")
    if promotion.most_uses is not None and promotion.uses >= promotion.most_uses:
        return used_up()
    return None


def used_up() -> Invalid:
    """Return the refusal of a code that has been used as often as it can be."""
    return refused(_("This promo code has been used up."), "promo_code_used_up")


def worth_nothing() -> Invalid:
    """Return the refusal of a code that would be used up for nothing."""
    return refused(_("This promo code takes nothing off this journey."))


def used_before() -> Invalid:
    """Return the refusal of a code that this person has used as often as one can."""
    words = _("This promo code has been used with your e-mail address already.")
    return refused(words, "promo_code_used")


def is_for(promotion: Promotion, sailing: Sailing) -> bool:
    """Return whether the code is for this operator, day and route."""
    return (
        promotion.operator_code == sailing.operator.code
        and sailing.operator.kind is OperatorKind.HOUSE
        and (promotion.travel_first is None or promotion.travel_first <= sailing.day)
        and (promotion.travel_last is None or sailing.day <= promotion.travel_last)
        and promotion.origin_code in (None, sailing.origin.code)
        and promotion.destination_code in (None, sailing.destination.code)
    )


def taken_off(promotion: Promotion, legs: Sequence[PricedLeg], room_minor: int) -> list[int]:
    """Return what is taken off each leg, in whole minor units, rounded down: never more than it
    earns, nor more than `room_minor` of all. An amount is shared out by what the legs earn.
    """
    worth = [earned_minor(leg.lines) if is_for(promotion, leg.sailing) else 0 for leg in legs]
    if promotion.percent is not None:
        parts = [minor * promotion.percent // 100 for minor in worth]
    else:
        parts = list(_shared_out(promotion.amount_minor or 0, worth))
    return list(_within(parts, room_minor))


def earned_minor(lines: Iterable[PriceLine]) -> int:
    """Return what of a leg's price its operator earns, before any promo code."""
    kept = (line for line in lines if line.reason in _EARNED and not is_promotion(line.item))
    return max(0, sum(line.amount_minor for line in kept))


def is_promotion(item: str) -> bool:
    """Return whether the line is what a promo code took off."""
    return item.startswith(PROMOTION)


def line(code: str, taken_minor: int) -> PriceLine:
    """Return the line of a leg's price that a promo code makes."""
    return PriceLine(f"{PROMOTION}{code}", 1, -taken_minor, PriceReason.DISCOUNT)


def _has_residents(leg: PricedLeg) -> bool:
    return any(one.item.startswith(RESIDENT) for one in leg.lines)


def _shared_out(amount_minor: int, worth: Sequence[int]) -> Iterator[int]:
    left_minor = min(amount_minor, sum(worth))
    left_worth = sum(worth)
    for minor in worth:
        part = left_minor * minor // left_worth if left_worth else 0
        left_minor, left_worth = left_minor - part, left_worth - minor
        yield part


def _within(parts: Iterable[int], room_minor: int) -> Iterator[int]:
    for part in parts:
        fits = min(part, max(0, room_minor))
        room_minor -= fits
        yield fits
