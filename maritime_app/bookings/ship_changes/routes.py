"""The staff's page of a change of ship: choose, look at what it means, do it; and for programs."""

from aiohttp import web

from maritime_app.bookings.sailings.api import acting
from maritime_app.bookings.ship_changes import service, views
from maritime_app.bookings.ship_changes.model import (
    OfferedShips,
    ShipPreview,
    ShipQuery,
    ShipRequest,
)
from maritime_app.errors import Conflict, Invalid, Unavailable
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ManagedSailing
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, id_in_path, json_body, query
from maritime_app.web.forms.validation import convert
from maritime_app.web.render import json, page, see_other
from maritime_app.web.routing import Route, get, post


async def show(request: web.Request) -> web.StreamResponse:
    """Show the ships that could sail, and what the chosen one means."""
    return await _page(request, request.rel_url.query.get("ship", ""))


async def change(request: web.Request) -> web.StreamResponse:
    """Let the ship sail that was looked at; what has changed meanwhile is shown anew."""
    fields = await form_fields(request)
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    sailing_id, ship = id_in_path(request, "sailing_id"), given.get("ship", "")
    try:
        asked = convert(given, ShipRequest, strict=False)
        await service.change_ship(resources(request), acting(request), sailing_id, asked)
    except (Conflict, Invalid, Unavailable) as refusal:
        statuses = {Conflict: 409, Invalid: 422, Unavailable: 503}
        note, status = given.get("note", ""), statuses[type(refusal)]
        return await _page(request, ship, note=note, refused=refusal.message, status=status)
    return see_other(f"/admin/sailings/{sailing_id}?done=ship")


async def api_ships(request: web.Request) -> web.StreamResponse:
    """Answer the ships that could sail."""
    sailing_id = id_in_path(request, "sailing_id")
    return json(request, await service.ships(resources(request), acting(request), sailing_id))


async def api_preview(request: web.Request) -> web.StreamResponse:
    """Answer what another ship means; nothing is written."""
    sailing_id, wanted = id_in_path(request, "sailing_id"), query(request, ShipQuery)
    who = acting(request)
    return json(request, await service.preview(resources(request), who, sailing_id, wanted.ship))


async def api_change(request: web.Request) -> web.StreamResponse:
    """Let another ship sail."""
    asked = await json_body(request, ShipRequest)
    sailing_id, who = id_in_path(request, "sailing_id"), acting(request)
    return json(request, await service.change_ship(resources(request), who, sailing_id, asked))


async def _page(
    request: web.Request, ship: str, *, note: str = "", refused: str = "", status: int = 200
) -> web.StreamResponse:
    res, who, sailing_id = resources(request), acting(request), id_in_path(request, "sailing_id")
    seen = None
    if ship:
        try:
            seen = await service.preview(res, who, sailing_id, ship)
        except (Conflict, Invalid) as refusal:
            refused = refused or refusal.message
            status = status if status != 200 else 409
    view = views.ShipView(
        staff=caller(request),
        sailing=await operations.sailing(res, who, sailing_id),
        ships=(await service.ships(res, who, sailing_id)).ships,
        chosen=ship,
        seen=seen,
        lacks=views.lacks(),
        note=note,
        refused=refused,
    )
    return page(request, "bookings/sailings/ship.html", view, status=status)


_PAGE = "/admin/sailings/{sailing_id}/ship"
_API = "/api/v1/sailings/{sailing_id}/ship"
ROUTES: list[Route] = [
    get(_PAGE, show, access="sailings.act"),
    # Whoever has no place on it is given the money back.
    post(_PAGE, change, access="sailings.act", recent=True),
    get(
        f"{_API}s",
        api_ships,
        access="sailings.read",
        answer=OfferedShips,
        summary="The ships that could sail instead",
    ),
    get(
        _API,
        api_preview,
        access="sailings.act",
        query=ShipQuery,
        answer=ShipPreview,
        summary="What another ship means for everybody aboard; nothing is written",
    ),
    post(
        _API,
        api_change,
        access="sailings.act",
        body=ShipRequest,
        answer=ManagedSailing,
        summary="Let another ship sail; whoever has no place on it is offered others",
    ),
]
