"""The form that asks for a subscription, and the acts of its page or of one click."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

from aiohttp import web
from msgspec import Struct, field

from maritime_app.errors import Conflict, Invalid
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources
from maritime_app.subscriptions.model import SubscriptionEvent
from maritime_app.subscriptions.service import Subscriptions
from maritime_app.web import forms
from maritime_app.web.app_keys import resources
from maritime_app.web.link_pages import LinkAct, LinkPages
from maritime_app.web.routing import SIGNED, Route, post

RequestT = TypeVar("RequestT")
Act = Callable[[Resources, UUID, SubscriptionEvent], Awaitable[None]]


class EnteredForm(Struct, frozen=True):
    """What was entered into a form, and what is wrong with it by field."""

    entered: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200


Form = Callable[[web.Request, EnteredForm], Awaitable[web.StreamResponse]]


class Asking(Struct, Generic[RequestT], frozen=True):
    """What a form asks for, what is looked at before, and what is done with it.

    `check` raises Invalid for all that it finds wrong. `usual` are entries that nothing is wrong
    with: they stand for those that cannot be read while the others are looked at. An entry that is
    left empty is as if it was not there, if `emptied` has no other meaning for it.
    """

    kind: type[RequestT]
    check: Callable[[Resources, RequestT], Awaitable[object]]
    ask: Callable[[Resources, RequestT], Awaitable[None]]
    usual: Mapping[str, str]
    emptied: Mapping[str, Any] = field(default_factory=dict)


async def asked(
    request: web.Request, asking: Asking[RequestT], form: Form, then: str
) -> web.StreamResponse:
    """Ask for what the form says and go on to `then`; all that is wrong comes back marked."""
    entered = dict(await forms.form_fields(request))
    given = {
        name: text or asking.emptied[name]
        for name, text in entered.items()
        if name != forms.csrf.FIELD and (text or name in asking.emptied)
    }
    try:
        await asking.ask(resources(request), await _read(resources(request), given, asking))
    except Invalid as refusal:
        return await form(request, EnteredForm(entered, refusal.fields, refusal.message, 422))
    except Conflict as refusal:
        return await form(request, EnteredForm(entered, {}, refusal.message, 409))
    return web.Response(status=303, headers={"Location": then, "Cache-Control": "no-store"})


async def _read(res: Resources, given: Mapping[str, Any], asking: Asking[RequestT]) -> RequestT:
    """Return what was entered; raise Invalid with everything that is wrong with it."""
    wanted, wrong = forms.convert_entries(given, asking.kind, asking.usual)
    if not wrong:
        return wanted
    try:
        await asking.check(res, wanted)
    except Invalid as refusal:
        wrong = {**refusal.fields, **wrong}
    raise Invalid(_("Please look at the marked fields."), wrong)


def link_pages(pages: str, subscriptions: Subscriptions[Any]) -> LinkPages:
    """Return the pages of subscriptions, which stand at /`pages`/{alert}."""
    return LinkPages(subscriptions.noun, pages, "alert", subscriptions.unknown)


def act_routes(links: LinkPages, act: Act) -> list[Route]:
    """Return the routes of what can be done with a subscription below its page, by the page or by
    one click of a mail program.
    """
    return [
        post(
            f"{links.pages}/{{alert}}/{event}",
            links.act(_handler(act, event)),
            access=SIGNED,
            limit="look_up",
        )
        for event in SubscriptionEvent
        if event is not SubscriptionEvent.EXPIRE  # time does that
    ]


def _handler(act: Act, event: SubscriptionEvent) -> LinkAct:
    async def handle(request: web.Request, subscription_id: UUID) -> None:
        await act(resources(request), subscription_id, event)

    return handle
