"""Price lists for programs of the staff: the routes with theirs, one list, one that follows it,
one that is started.
"""

from aiohttp import web

from maritime_app.bookings.sailings.api import acting
from maritime_app.ferries.price_lists import service as price_lists
from maritime_app.ferries.price_lists.model import (
    FollowingList,
    NewListRequest,
    PriceList,
    PriceListRequest,
    RouteFares,
    StartedList,
)
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import id_in_path, json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json
from maritime_app.web.routing import Route, get, post


async def index(request: web.Request) -> web.StreamResponse:
    """Answer the routes with the lists that their coming sailings are sold by."""
    found = await price_lists.route_fares(resources(request), acting(request))
    return json(request, found)


async def show(request: web.Request) -> web.StreamResponse:
    """Answer one list as it stands."""
    fare_id = id_in_path(request, "fare_id")
    return json(request, await price_lists.price_list(resources(request), acting(request), fare_id))


async def follow(request: web.Request) -> web.StreamResponse:
    """Write a list that follows this one."""
    asked = await json_body(request, PriceListRequest)
    fare_id = id_in_path(request, "fare_id")

    async def work() -> web.Response:
        written = await price_lists.write_following(
            resources(request), acting(request), fare_id, asked
        )
        return json(request, written)

    return await once(request, "fares.follow", work)


async def start(request: web.Request) -> web.StreamResponse:
    """Write a list that follows no other."""
    asked = await json_body(request, NewListRequest)

    async def work() -> web.Response:
        return json(request, await price_lists.start(resources(request), acting(request), asked))

    return await once(request, "fares.start", work)


_ONE = "/api/v1/fares/{fare_id}"
ROUTES: list[Route] = [
    get(
        "/api/v1/fares",
        index,
        access="sailings.read",
        answer=RouteFares,
        summary="Routes with the price lists that their coming sailings are sold by",
    ),
    post(
        "/api/v1/fares",
        start,
        access="fares.act",
        body=NewListRequest,
        answer=StartedList,
        summary="Write a price list that follows no other, to plan sailings by",
        idempotent=True,
    ),
    get(_ONE, show, access="sailings.read", answer=PriceList, summary="One price list"),
    post(
        f"{_ONE}/following",
        follow,
        access="fares.act",
        body=PriceListRequest,
        answer=FollowingList,
        summary="Write a price list that follows this one; what was sold keeps the one before",
        idempotent=True,
    ),
]
