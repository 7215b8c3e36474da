"""The staff's page of promo codes."""

from collections.abc import Mapping

from aiohttp import web

from maritime_app.bookings.sailings.api import acting
from maritime_app.bookings.sailings.promotions import api, forms, views
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.extra_kinds import service as operators
from maritime_app.ferries.promotions import service as promotions
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, id_in_path
from maritime_app.web.idempotency import form_key, once_a_form
from maritime_app.web.render import page, see_other
from maritime_app.web.routing import Route, get, post

_PAGE = "/admin/sailings/promotions"


async def index(request: web.Request) -> web.StreamResponse:
    """Show the codes, and the form of another one."""
    done = {
        "made": _("Saved. Travellers can use it as soon as it says so."),
        "ended": _("Ended. What was booked with it stays."),
    }
    message = done.get(request.rel_url.query.get("done", ""), "")
    return await _page(request, message=message)


async def make(request: web.Request) -> web.StreamResponse:
    """Make a code; the same form sent again makes none."""
    fields = dict(await form_fields(request))
    res, who = resources(request), acting(request)

    async def work() -> web.Response:
        asked = forms.promotion(fields, await operators.operators(res, who))
        await promotions.make(res, who, asked)
        return see_other(f"{_PAGE}?done=made")

    try:
        return await once_a_form(request, "promotions.make", fields, work)
    except Invalid as refusal:
        refused = Invalid(_("Please look at the marked fields."), forms.marked(refusal).fields)
        return await _page(request, entered=fields, refused=refused, status=422)


async def end(request: web.Request) -> web.StreamResponse:
    """End a code."""
    await form_fields(request)  # only our own pages may ask for it
    try:
        promotion_id = id_in_path(request, "promotion_id")
        await promotions.end(resources(request), acting(request), promotion_id)
    except NotFound as refusal:
        return await _page(request, refused=Invalid(refusal.message), status=409)
    return see_other(f"{_PAGE}?done=ended")


async def _page(
    request: web.Request,
    *,
    entered: Mapping[str, str] | None = None,
    refused: Invalid | None = None,
    message: str = "",
    status: int = 200,
) -> web.StreamResponse:
    res, who = resources(request), acting(request)
    view = views.promotions_view(
        caller(request),
        await promotions.promotions(res, who),
        await operators.operators(res, who),
        form_key(),
        entered=entered or {},
        errors=refused.fields if refused else {},
        refused=refused.message if refused else "",
        message=message,
    )
    return page(request, "bookings/sailings/promotions.html", view, status=status)


ROUTES: list[Route] = [
    *api.ROUTES,
    get(_PAGE, index, access="sailings.read"),
    post(_PAGE, make, access="fares.act"),
    post(f"{_PAGE}/{{promotion_id}}/end", end, access="fares.act"),
]
