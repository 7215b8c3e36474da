"""The staff's pages of price lists: which routes are sold by which, and one that is changed."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.bookings.sailings.api import acting
from maritime_app.bookings.sailings.price_lists import api, forms, views
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.extra_kinds import service as extra_kinds
from maritime_app.ferries.price_lists import service as price_lists
from maritime_app.ferries.price_lists.model import BlankList, NewList
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, id_in_path, query
from maritime_app.web.idempotency import form_key, once_a_form
from maritime_app.web.render import page, see_other
from maritime_app.web.routing import Route, get, post

_LISTS = "/admin/sailings/fares"


class NewListQuery(msgspec.Struct, frozen=True):
    """Whose list is to be started, and like which one."""

    operator: Annotated[str, msgspec.Meta(max_length=200)] = ""
    like: UUID | None = None


async def index(request: web.Request) -> web.StreamResponse:
    """Show the routes with the lists that their coming sailings are sold by."""
    res, who = resources(request), acting(request)
    operators = await extra_kinds.operators(res, who)
    found = await price_lists.route_fares(res, who)
    view = views.lists_view(caller(request), operators, found)
    return page(request, "bookings/sailings/price_lists.html", view)


async def show(request: web.Request) -> web.StreamResponse:
    """Show one list, and the form of one that follows it."""
    sold = request.rel_url.query.get("sold", "")
    return await _list_page(request, sold=int(sold) if re.fullmatch(r"[0-9]{1,6}", sold) else None)


async def follow(request: web.Request) -> web.StreamResponse:
    """Write a list that follows this one, once a form; what is wrong comes back marked."""
    fields = dict(await form_fields(request))

    async def work() -> web.Response:
        res, who = resources(request), acting(request)
        fare_id = id_in_path(request, "fare_id")
        known = await price_lists.price_list(res, who, fare_id)
        if fields.get("revision") != str(known.revision):
            raise price_lists.changed_meanwhile()
        asked = forms.price_list(fields, known, partial(price_lists.check, known))
        try:
            written = await price_lists.write_following(res, who, fare_id, asked)
        except Invalid as refusal:
            raise forms.marked(refusal, [], forms.rules_of(fields)) from refusal
        return see_other(f"{_LISTS}/{written.fare_id}?sold={written.sailings}")

    try:
        return await once_a_form(request, "fares.follow", fields, work)
    except Invalid as refusal:
        return await _list_page(
            request, entered=fields, errors=refusal.fields, refused=refusal.message, status=422
        )
    except Conflict as refusal:
        return await _list_page(request, entered=fields, refused=refusal.message, status=409)


async def show_new(request: web.Request) -> web.StreamResponse:
    """Show the form of a list that follows no other: empty, or like the list that is named."""
    res, who, wanted = resources(request), acting(request), query(request, NewListQuery)
    blank = await price_lists.blank_list(res, who, wanted.operator)
    entered = views.blank_fields(blank)
    if wanted.like:
        like = await price_lists.price_list(res, who, wanted.like)
        entered = views.fields_like(blank, like)
    return await _new_page(request, blank, entered)


async def start(request: web.Request) -> web.StreamResponse:
    """Show what the list would be, or write it once: the button decides."""
    fields = dict(await form_fields(request))
    res, who = resources(request), acting(request)
    blank = await price_lists.blank_list(res, who, fields.get("operator", ""))

    async def work() -> web.Response:
        asked = forms.new_list(fields, blank, partial(price_lists.check_new, blank))
        written = await price_lists.start(res, who, asked)
        return see_other(f"{_LISTS}/{written.fare_id}?sold={written.sailings}")

    try:
        if fields.get("act") == "write":
            return await once_a_form(request, "fares.start", fields, work)
        asked = forms.new_list(fields, blank, partial(price_lists.check_new, blank))
        looked = await price_lists.preview_new(res, who, asked)
    except Invalid as refusal:
        refused = forms.marked(refusal, [], forms.rules_of(fields))
        return await _new_page(request, blank, fields, refused=refused, status=422)
    return await _new_page(request, blank, fields, looked=looked)


async def _new_page(
    request: web.Request,
    blank: BlankList,
    entered: Mapping[str, str],
    *,
    refused: Invalid | None = None,
    looked: NewList | None = None,
    status: int = 200,
) -> web.StreamResponse:
    view = views.new_view(
        caller(request),
        blank,
        form_key(),
        entered=entered,
        errors=refused.fields if refused else {},
        refused=refused.message if refused else "",
        looked=looked,
    )
    return page(request, "bookings/sailings/price_list_new.html", view, status=status)


async def _list_page(
    request: web.Request,
    *,
    entered: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    sold: int | None = None,
    status: int = 200,
) -> web.StreamResponse:
    known = await price_lists.price_list(
        resources(request), acting(request), id_in_path(request, "fare_id")
    )
    view = views.list_view(
        caller(request),
        known,
        form_key(),
        entered=entered or {},
        errors=errors or {},
        refused=refused,
        sold=sold,
    )
    return page(request, "bookings/sailings/price_list.html", view, status=status)


ROUTES: list[Route] = [
    *api.ROUTES,
    get(_LISTS, index, access="sailings.read"),
    get(f"{_LISTS}/new", show_new, access="fares.act"),
    post(f"{_LISTS}/new", start, access="fares.act"),
    get(f"{_LISTS}/{{fare_id}}", show, access="sailings.read"),
    post(f"{_LISTS}/{{fare_id}}", follow, access="fares.act"),
]
