"""Ask for an alert, have one's own listed, change, pause and end them, for programs.

Whoever reads the mails of an address has the tokens of its alerts, and nobody else: a token is the
right to see and change its alert. What else the address asked for goes to the address alone.
"""

from typing import Final
from uuid import UUID

from aiohttp import web

from maritime_app.bookings.fare_alerts import mails, service
from maritime_app.bookings.fare_alerts.model import AlertChange, AlertRequest, FareAlert
from maritime_app.bookings.fare_alerts.responses import (
    FareAlertAsked,
    FareAlertResponse,
    FareAlertsMailed,
)
from maritime_app.ferries import parties
from maritime_app.resources import Resources
from maritime_app.subscriptions.model import SubscriptionEvent, SubscriptionStatus
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body
from maritime_app.web.render import json
from maritime_app.web.routing import PUBLIC, SIGNED, Handler, Route, get, post

_ALERTS: Final = "/api/v1/alerts"
_ALERT: Final = f"{_ALERTS}/{{alert}}"
_CONFIRM: Final = "A mail to this address asks to confirm the alert; it carries the alert's token."
_MAILED: Final = "A mail to the address of this alert lists all of them, with their tokens."
_ACTS: Final = {
    SubscriptionEvent.CONFIRM: "Switch an alert on that was asked for",
    SubscriptionEvent.PAUSE: "Pause an alert: no mail goes out until it is resumed",
    SubscriptionEvent.RESUME: "Let a paused alert go on",
    SubscriptionEvent.END: "End an alert for good",
}


async def ask(request: web.Request) -> web.Response:
    """Write an alert down."""
    await service.ask(resources(request), await json_body(request, AlertRequest))
    return json(request, FareAlertAsked(SubscriptionStatus.UNCONFIRMED, _CONFIRM), status=202)


async def show(request: web.Request) -> web.Response:
    """Answer with an alert."""
    return await _answer(request, _id(request))


async def mail_list(request: web.Request) -> web.Response:
    """Send the list of the alerts of an address to it."""
    await service.mail_list(resources(request), _id(request))
    return json(request, FareAlertsMailed(_MAILED), status=202)


async def change(request: web.Request) -> web.Response:
    """Change an alert."""
    alert_id = _id(request)
    await service.change(resources(request), alert_id, await json_body(request, AlertChange))
    return await _answer(request, alert_id)


def _act(event: SubscriptionEvent) -> Handler:
    async def act(request: web.Request) -> web.Response:
        alert_id = _id(request)
        await service.act(resources(request), alert_id, event)
        return await _answer(request, alert_id)

    return act


def _id(request: web.Request) -> UUID:
    """Return whose token it is; raise NotFound."""
    return service.FARE_ALERTS.id_of(resources(request), request.match_info["alert"])


async def _answer(request: web.Request, alert_id: UUID) -> web.Response:
    res = resources(request)
    return json(request, _response(res, await service.FARE_ALERTS.opened(res, alert_id)))


def _response(res: Resources, alert: FareAlert) -> FareAlertResponse:
    return FareAlertResponse(
        alert=mails.token_of(res.settings, alert.id),
        url=mails.url_of(res.settings, alert.id),
        status=alert.status,
        kind=alert.kind,
        origin=alert.origin,
        destination=alert.destination,
        day=alert.day,
        party=parties.fields_of(alert.people),
        threshold=alert.threshold,
        hours=alert.cool_down_hours,
        last_day=alert.last_day,
        told=alert.told_count,
        told_at=alert.told_at,
    )


ROUTES: list[Route] = [
    post(
        _ALERTS,
        ask,
        access=PUBLIC,
        body=AlertRequest,
        answer=FareAlertAsked,
        status=202,
        summary="Ask for an alert of a day's price or places for a party; a mail asks to confirm",
        limit="book",
    ),
    get(
        _ALERT,
        show,
        access=SIGNED,
        answer=FareAlertResponse,
        summary="An alert of a price or of places, by the token in its mails",
        limit="look_up",
    ),
    post(
        f"{_ALERT}/all",
        mail_list,
        access=SIGNED,
        answer=FareAlertsMailed,
        status=202,
        summary="Mail all alerts of the address that this token was sent to, with their tokens",
        limit="book",
    ),
    post(
        f"{_ALERT}/change",
        change,
        access=SIGNED,
        body=AlertChange,
        answer=FareAlertResponse,
        summary="Change an alert: threshold, hours of silence after a mail, last day",
        limit="book",
    ),
    *(
        post(
            f"{_ALERT}/{event}",
            _act(event),
            access=SIGNED,
            answer=FareAlertResponse,
            summary=summary,
            limit="look_up",
        )
        for event, summary in _ACTS.items()
    ),
]
