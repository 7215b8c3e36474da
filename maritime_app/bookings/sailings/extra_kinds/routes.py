"""The staff's page of extras that operators have added."""

from collections.abc import Mapping

from aiohttp import web

from maritime_app.bookings.sailings.api import acting
from maritime_app.bookings.sailings.extra_kinds import api, forms, views
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.extra_kinds import service as extra_kinds
from maritime_app.ferries.extra_kinds.model import AddExtraRequest
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.idempotency import form_key, once_a_form
from maritime_app.web.render import page, see_other
from maritime_app.web.routing import Route, get, post

_PAGE = "/admin/sailings/extras"


async def index(request: web.Request) -> web.StreamResponse:
    """Show what has been added, and the form of another one."""
    done = {
        "added": _("Added. It stands in the operator's price lists, where it gets its price."),
        "removed": _("Taken back: nobody had bought it."),
    }
    message = done.get(request.rel_url.query.get("done", ""), "")
    return await _page(request, message=message)


async def add(request: web.Request) -> web.StreamResponse:
    """Show how an extra would be called, or add it once: the button decides."""
    fields = dict(await form_fields(request))
    res, who = resources(request), acting(request)

    async def work() -> web.Response:
        await extra_kinds.add(res, who, forms.added_extra(fields))
        return see_other(f"{_PAGE}?done=added")

    try:
        if fields.get("act") == "write":
            return await once_a_form(request, "extras.add", fields, work)
        asked = forms.added_extra(fields)
        await extra_kinds.check(res, who, asked)
    except Invalid as refusal:
        return await _page(request, entered=fields, refused=forms.marked(refusal), status=422)
    return await _page(request, entered=fields, looked=asked)


async def remove(request: web.Request) -> web.StreamResponse:
    """Take an extra back that nothing sells."""
    fields = await form_fields(request)
    try:
        await extra_kinds.remove(resources(request), acting(request), fields.get("code", ""))
    except (Conflict, NotFound) as refusal:
        return await _page(request, refused=Invalid(refusal.message), status=409)
    return see_other(f"{_PAGE}?done=removed")


async def _page(
    request: web.Request,
    *,
    entered: Mapping[str, str] | None = None,
    refused: Invalid | None = None,
    looked: AddExtraRequest | None = None,
    message: str = "",
    status: int = 200,
) -> web.StreamResponse:
    res, who = resources(request), acting(request)
    view = views.extras_view(
        caller(request),
        await extra_kinds.added(res, who),
        await extra_kinds.operators(res, who),
        res.settings.web.languages,
        form_key(),
        entered=entered or {},
        errors=refused.fields if refused else {},
        refused=refused.message if refused else "",
        looked=looked,
        message=message,
    )
    return page(request, "bookings/sailings/extras.html", view, status=status)


ROUTES: list[Route] = [
    *api.ROUTES,
    get(_PAGE, index, access="sailings.read"),
    post(_PAGE, add, access="fares.act"),
    post(f"{_PAGE}/remove", remove, access="fares.act"),
]
