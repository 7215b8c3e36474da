"""Promo codes for programs of the staff: all of them, one more, one that is ended."""

from aiohttp import web

from maritime_app.bookings.sailings.api import acting
from maritime_app.ferries.promotions import service as promotions
from maritime_app.ferries.promotions.model import Promotion, PromotionRequest, Promotions
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import id_in_path, json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json
from maritime_app.web.routing import Route, get, post


async def index(request: web.Request) -> web.StreamResponse:
    """Answer the codes, with how many of their uses stand."""
    found = await promotions.promotions(resources(request), acting(request))
    return json(request, Promotions(tuple(found)))


async def make(request: web.Request) -> web.StreamResponse:
    """Make a code."""
    asked = await json_body(request, PromotionRequest)

    async def work() -> web.Response:
        made = await promotions.make(resources(request), acting(request), asked)
        return json(request, made, status=201)

    return await once(request, "promotions.make", work)


async def end(request: web.Request) -> web.StreamResponse:
    """End a code that is in use."""
    promotion_id = id_in_path(request, "promotion_id")
    return json(request, await promotions.end(resources(request), acting(request), promotion_id))


_ALL = "/api/v1/promotions"
ROUTES: list[Route] = [
    get(
        _ALL,
        index,
        access="sailings.read",
        answer=Promotions,
        summary="Promo codes of operators, with how many of their uses stand",
    ),
    post(
        _ALL,
        make,
        access="fares.act",
        body=PromotionRequest,
        answer=Promotion,
        status=201,
        summary="Make a promo code: a percentage or an amount off an operator's legs",
        idempotent=True,
    ),
    post(
        f"{_ALL}/{{promotion_id}}/end",
        end,
        access="fares.act",
        answer=Promotion,
        summary="End a promo code; what was booked with it stays",
    ),
]
