"""Request to quote: the rules, then each leg's source. The only way to a price and to a hold."""

import asyncio
from collections.abc import Sequence

import msgspec

from maritime_app import clock
from maritime_app.bookings.model import operator_key
from maritime_app.bookings.pricing import rules
from maritime_app.bookings.pricing.model import LegDemand, LegQuote, PricingRequest, Quote
from maritime_app.bookings.pricing.sources import source_of, source_of_sailing
from maritime_app.bookings.promotions import service as promotions
from maritime_app.bookings.promotions.service import Offer
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.model import PriceLine, PriceReason
from maritime_app.ferries.promotions.model import PricedLeg
from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.payments import service as payments
from maritime_app.resources import Resources


async def quote(res: Resources, request: PricingRequest) -> Quote:
    """Return the journey at its price now; nothing is held.

    Raise Invalid, Conflict, NotFound or Unavailable in words for the traveller.
    """
    demands = await _demands(res, request)
    legs = [await source_of_sailing(res, leg.sailing).price(leg) for leg in demands]
    return await _sold(res, legs, request)


async def hold(res: Resources, request: PricingRequest, reference: str) -> Quote:
    """Hold the legs of remote operators under our reference and return the journey at its price.

    House legs are taken by the statement that writes the booking. What is held when something
    fails is released again.
    """
    demands = await _demands(res, request)
    if request.promo_code:
        sailings = [leg.sailing for leg in demands]
        await promotions.check(res, request.promo_code, request.email, sailings)
    legs: list[LegQuote] = []
    try:
        for leg in demands:
            source = source_of_sailing(res, leg.sailing)
            legs.append(await source.hold(leg, operator_key(reference, leg.number)))
        return await _sold(res, legs, request)
    except BaseException as error:
        # A clear no holds nothing; after anything else the leg that failed may be held, too.
        refused = isinstance(error, Conflict) and len(legs) < len(demands)
        tried = demands[: len(legs) + (not refused)]
        await asyncio.shield(_release(res, tried, reference))
        raise


async def release(res: Resources, quote: Quote, reference: str) -> None:
    """Give back what `hold` took at remote operators."""
    await _release(res, [leg.demand for leg in quote.legs], reference)


async def _release(res: Resources, demands: Sequence[LegDemand], reference: str) -> None:
    for leg in demands:
        source = source_of_sailing(res, leg.sailing)
        await source.release(operator_key(reference, leg.number))


async def _demands(res: Resources, request: PricingRequest) -> list[LegDemand]:
    """Return each leg with its party, once every rule has been passed."""
    now = clock.now()
    rules.check_request(request, res.settings.bookings, now.date())
    sailings = [
        await source_of(res, leg.sailing_id).sailing(leg.sailing_id) for leg in request.legs
    ]
    for sailing in sailings:
        rules.check_sailing(sailing, now)
    rules.check_order(sailings)
    rules.check_residents(request.travellers, sailings)
    demands = [
        rules.demand(number, wish, request, sailing)
        for number, (wish, sailing) in enumerate(zip(request.legs, sailings, strict=True), start=1)
    ]
    for leg, wish in zip(demands, request.legs, strict=True):
        rules.check_vehicles(leg)
        rules.check_berths(leg, wish)
        rules.check_extras(leg)
    return demands


async def _sold(res: Resources, legs: Sequence[LegQuote], request: PricingRequest) -> Quote:
    """Return the whole, with what a promo code takes off."""
    if not request.promo_code:
        return _assembled(legs, request)
    promotion, promoted = await _promoted(res, legs, request)
    return msgspec.structs.replace(_assembled(promoted, request), promotion=promotion)


def _assembled(legs: Sequence[LegQuote], request: PricingRequest) -> Quote:
    """Return the whole: in one currency, at the price that was shown."""
    currencies = {leg.currency for leg in legs}
    if len(currencies) != 1:
        words = _("These sailings are sold in different currencies. Please book them one by one.")
        raise Invalid(words, {"legs": words}, code="currencies")
    currency = currencies.pop()
    legs = _rounded(legs, currency)
    total = Money(sum(leg.price.amount_minor for leg in legs), currency)
    if request.total is not None and request.total != total:
        words = _("The price has changed. Please look at it again.")
        raise Conflict(words, code="price_changed")
    return Quote(tuple(legs), total)


async def _promoted(
    res: Resources, legs: Sequence[LegQuote], request: PricingRequest
) -> tuple[Offer, Sequence[LegQuote]]:
    """Return what the promo code takes off, and the legs with that; what can be charged stays."""
    priced = [PricedLeg(leg.sailing, leg.lines, leg.currency) for leg in legs]
    least_minor = payments.least_charge_minor(legs[0].currency)
    room_minor = sum(leg.price.amount_minor for leg in legs) - least_minor
    found = await promotions.offer(res, request.promo_code, request.email, priced, room_minor)
    return found, [
        msgspec.structs.replace(leg, lines=(*leg.lines, line)) if line else leg
        for leg, line in zip(legs, found.lines, strict=True)
    ]


def _rounded(legs: Sequence[LegQuote], currency: str) -> Sequence[LegQuote]:
    """Return the legs with a line more where the sum cannot be charged to the last digit."""
    step_minor = payments.step_minor(currency)
    if step_minor == 1:
        return legs
    rest_minor = sum(leg.price.amount_minor for leg in legs) % step_minor
    if not rest_minor:
        return legs
    line = PriceLine("rounding", 1, -rest_minor, PriceReason.ROUNDING)
    return [*legs[:-1], msgspec.structs.replace(legs[-1], lines=(*legs[-1].lines, line))]
