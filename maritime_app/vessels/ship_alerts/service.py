"""Ask for an alert, look at it, pause and end it."""

import secrets
from typing import Final

from maritime_app import i18n
from maritime_app.errors import Conflict
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.ports import service as ports
from maritime_app.resources import Resources
from maritime_app.subscriptions.service import Subscriptions
from maritime_app.vessels.ship_alerts import mails, store
from maritime_app.vessels.ship_alerts.gateway import SECRET_BYTES
from maritime_app.vessels.ship_alerts.model import Area, NewShipAlert, ShipAlert
from maritime_app.vessels.ship_alerts.requests import (
    ShipAlertQuery,
    ShipAlertRequest,
    checked_area,
    types_of,
)
from maritime_app.vessels.ship_alerts.responses import (
    CrossingResponse,
    ShipAlertResponse,
    alert_response,
    crossing_response,
)

_MOST_OF_AN_ADDRESS: Final = 10
_MOST_LISTED: Final = 200
SHIP_ALERTS: Final = Subscriptions(mails.PURPOSE, store.alert, store.apply, store.overdue)


async def ask(res: Resources, asked: ShipAlertRequest) -> None:
    """Write an alert down and ask its address to confirm it.

    Raise Invalid as `checked` does, Conflict where the address has too many.
    """
    area = await checked(res, asked)
    alert = NewShipAlert(
        id=uuid7(),
        name=asked.name.strip() or await _name_of(res, asked),
        area=area,
        mmsi=asked.mmsi or None,
        types=types_of(asked),
        on_enter=asked.enter,
        on_leave=asked.leave,
        dwell_minutes=asked.dwell_minutes or None,
        email=asked.email,
        language=i18n.current(),
        webhook_url=asked.webhook_url or None,
        webhook_secret=secrets.token_bytes(SECRET_BYTES) if asked.webhook_url else None,
        days=asked.days,
    )
    async with res.db.transaction() as conn:
        if not await store.add(conn, alert, _MOST_OF_AN_ADDRESS):
            raise Conflict(_("This address has ten alerts already."), code="ship_alert")
        written = await store.alert(conn, alert.id)
        assert written is not None
        await mails.write(conn, res, written, mails.CONFIRM, [])


async def checked(res: Resources, asked: ShipAlertRequest) -> Area:
    """Return the area; raise Invalid, naming all that is wrong, for an area, address, type or kind
    that cannot be.
    """
    harbour = await harbour_of(res, asked)
    return checked_area(asked, harbour, any_address=res.settings.vessels.webhooks_anywhere)


async def harbour_of(res: Resources, asked: ShipAlertQuery) -> tuple[float, float] | None:
    """Return where the port is; None for none, or one without a position."""
    if not asked.port:
        return None
    code = asked.port.upper()
    return (await ports.positions(res, [code])).get(code)


async def crossings(
    res: Resources, alert: ShipAlert, limit: int = _MOST_LISTED
) -> list[CrossingResponse]:
    """Return what happened, the newest first."""
    async with res.db.acquire() as conn:
        found = await store.crossings(conn, alert.id, limit)
    return [crossing_response(each) for each in found]


async def described(res: Resources, token: str) -> ShipAlertResponse:
    """Return the alert of a link with what happened; raise NotFound."""
    alert = await SHIP_ALERTS.opened(res, SHIP_ALERTS.id_of(res, token))
    return alert_response(alert, await crossings(res, alert), mails.host_of(alert))


async def _name_of(res: Resources, asked: ShipAlertRequest) -> str:
    """Return what an alert without a name is called."""
    if asked.port:
        return (await ports.port(res, asked.port.upper())).name
    return _("An area on the map")
