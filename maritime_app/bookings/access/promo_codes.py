"""Promo codes that are guessed: wrong ones count against the caller's address."""

from aiohttp import web

from maritime_app.bookings.promotions.service import UNKNOWN
from maritime_app.errors import Refusal
from maritime_app.web import limits


async def guess(request: web.Request, code: str | None) -> None:
    """Note that a request names a code, if it does; raise TooMany after too many wrong ones."""
    if code:
        await limits.guess(request, "promo_code", limits.caller_address(request))


async def judge(request: web.Request, refusal: Refusal | None) -> None:
    """Keep what a code that there is none of has cost, give back what any other has."""
    await limits.settle(request, wrong=refusal is not None and refusal.code == UNKNOWN)
