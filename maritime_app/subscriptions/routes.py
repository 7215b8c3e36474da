"""The form that asks for a subscription, and the acts of its page or of one click."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from maritime_app.errors import Conflict, Invalid
from maritime_app.resources import Resources
from maritime_app.subscriptions.model import SubscriptionEvent
from maritime_app.web import forms
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import SIGNED, Handler, Route, post

RequestT = TypeVar("RequestT")
Act = Callable[[Resources, str, SubscriptionEvent], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class EnteredForm:
    """What was entered into a form, and what is wrong with it by field."""

    entered: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200


Form = Callable[[web.Request, EnteredForm], Awaitable[web.StreamResponse]]


async def asked(
    request: web.Request,
    kind: type[RequestT],
    ask: Callable[[Resources, RequestT], Awaitable[None]],
    form: Form,
    then: str,
) -> web.StreamResponse:
    """Ask for what the form says and go on to `then`; what is wrong comes back marked."""
    entered = dict(await forms.form_fields(request))
    given = {name: text for name, text in entered.items() if text and name != forms.csrf.FIELD}
    try:
        await ask(resources(request), forms.convert(given, kind, strict=False))
    except Invalid as refusal:
        return await form(request, EnteredForm(entered, refusal.fields, refusal.message, 422))
    except Conflict as refusal:
        return await form(request, EnteredForm(entered, {}, refusal.message, 409))
    return _see_other(then)


def act_routes(pages: str, act: Act) -> list[Route]:
    """Return the routes of what can be done with a subscription below /`pages`/{alert}."""
    return [
        post(
            f"{pages}/{{alert}}/{event}",
            _handler(pages, act, event),
            access=SIGNED,
            limit="look_up",
        )
        for event in SubscriptionEvent
        if event is not SubscriptionEvent.EXPIRE  # time does that
    ]


def _handler(pages: str, act: Act, event: SubscriptionEvent) -> Handler:
    """Return the handler of one act, by the page or by one click of a mail program (RFC 8058).

    No token of a form: the address is the right to do this and nothing else.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        token = request.match_info["alert"]
        await act(resources(request), token, event)
        return _see_other(f"{pages}/{token}")

    return handle


def _see_other(address: str) -> web.Response:
    # The address is a right: nobody between may keep it.
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
