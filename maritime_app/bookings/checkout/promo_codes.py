"""The price of the form with its promo code, of which nobody can try very many."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from maritime_app.bookings.access import promo_codes
from maritime_app.bookings.checkout import prices
from maritime_app.bookings.checkout.form import promo_code
from maritime_app.bookings.checkout.prices import FormPrice
from maritime_app.errors import Invalid, TooMany
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources


async def priced(request: web.Request, entered: Mapping[str, Any]) -> FormPrice:
    """Return what is asked for all that was entered; without the code after too many wrong ones.

    Raise as `prices.price`.
    """
    res = resources(request)
    try:
        await promo_codes.guess(request, promo_code(entered))
    except TooMany:
        words = _("Too many promo codes were wrong. Please wait some minutes, or leave it empty.")
        plain = await prices.price(res, {**entered, "promo_code": ""})
        refusal = plain.refusal or Invalid(words, {"promo_code": words}, code="promo_code")
        return FormPrice(plain.quote, refusal)
    price = await prices.price(res, entered)
    if promo_code(entered):
        await promo_codes.judge(request, price.refusal)
    return price
