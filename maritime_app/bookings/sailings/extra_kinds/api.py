"""Added extras for programs of the staff: all of them, one more, one that is taken back."""

from aiohttp import web

from maritime_app.bookings.sailings.api import acting
from maritime_app.ferries.extra_kinds import service as extra_kinds
from maritime_app.ferries.extra_kinds.model import AddedExtra, AddedExtras, AddExtraRequest
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json
from maritime_app.web.routing import Route, get, post


async def index(request: web.Request) -> web.StreamResponse:
    """Answer what operators have added, with its names."""
    found = await extra_kinds.added(resources(request), acting(request))
    return json(request, AddedExtras(tuple(found)))


async def add(request: web.Request) -> web.StreamResponse:
    """Add an extra that price lists of its operator can sell."""
    asked = await json_body(request, AddExtraRequest)

    async def work() -> web.Response:
        return json(request, await extra_kinds.add(resources(request), acting(request), asked))

    return await once(request, "extras.add", work)


async def remove(request: web.Request) -> web.StreamResponse:
    """Take back an extra that no price list sells."""
    code = request.match_info["code"]
    return json(request, await extra_kinds.remove(resources(request), acting(request), code))


_ALL = "/api/v1/fares/extras"
ROUTES: list[Route] = [
    get(
        _ALL,
        index,
        access="sailings.read",
        answer=AddedExtras,
        summary="Extras that operators have added to those that everybody may sell",
    ),
    post(
        _ALL,
        add,
        access="fares.act",
        body=AddExtraRequest,
        answer=AddedExtra,
        summary="Add an extra, by name in English and other languages, for price lists to sell",
        idempotent=True,
    ),
    post(
        f"{_ALL}/{{code}}/remove",
        remove,
        access="fares.act",
        answer=AddedExtra,
        summary="Take back an added extra that no price list sells",
    ),
]
