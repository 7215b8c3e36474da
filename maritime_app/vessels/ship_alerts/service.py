"""Ask for an alert, look at it, pause and end it."""

import secrets
from typing import Final

from maritime_app import i18n
from maritime_app.errors import Conflict, NotFound
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.ports import service as ports
from maritime_app.resources import Resources
from maritime_app.subscriptions.service import Subscriptions
from maritime_app.vessels import service as vessels
from maritime_app.vessels.ship_alerts import mails, store
from maritime_app.vessels.ship_alerts.gateway import SECRET_BYTES
from maritime_app.vessels.ship_alerts.model import Area, NewShipAlert, ShipAlert
from maritime_app.vessels.ship_alerts.requests import (
    ShipAlertQuery,
    ShipAlertRequest,
    checked_area,
    events_of,
    port_of,
    types_of,
)
from maritime_app.vessels.ship_alerts.responses import (
    AlertEventResponse,
    ShipAlertResponse,
    alert_response,
    event_response,
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
        events=events_of(asked),
        port_code=port_of(asked),
        close_miles=asked.close_miles,
        close_minutes=asked.close_minutes,
    )
    async with res.db.transaction() as conn:
        if not await store.add(conn, alert, _MOST_OF_AN_ADDRESS):
            raise Conflict(_("This address has ten alerts already."), code="ship_alert")
        written = await store.alert(conn, alert.id)
        assert written is not None
        await mails.write(conn, res, written, mails.CONFIRM, [])


async def checked(res: Resources, asked: ShipAlertRequest) -> Area | None:
    """Return the area, None for one ship anywhere; raise Invalid, naming all that is wrong, for an
    area, address, type or kind that cannot be.
    """
    harbour = await harbour_of(res, asked)
    return checked_area(asked, harbour, any_address=res.settings.vessels.webhooks_anywhere)


async def harbour_of(res: Resources, asked: ShipAlertQuery) -> tuple[float, float] | None:
    """Return where the port is; None for none, or one without a position."""
    if not asked.port:
        return None
    code = asked.port.upper()
    return (await ports.positions(res, [code])).get(code)


async def events(
    res: Resources, alert: ShipAlert, limit: int = _MOST_LISTED
) -> list[AlertEventResponse]:
    """Return what happened, the newest first."""
    async with res.db.acquire() as conn:
        found = await store.events(conn, alert.id, limit)
    return [event_response(each) for each in found]


async def described(res: Resources, token: str) -> ShipAlertResponse:
    """Return the alert of a link with what happened; raise NotFound."""
    alert_id = mails.id_to_read(res.settings, token)
    if alert_id is None:
        raise SHIP_ALERTS.unknown()
    alert = await SHIP_ALERTS.opened(res, alert_id)
    return alert_response(alert, await events(res, alert), mails.host_of(alert))


async def _name_of(res: Resources, asked: ShipAlertRequest) -> str:
    """Return what an alert without a name is called."""
    if asked.port:
        return (await ports.port(res, asked.port.upper())).name
    if asked.mmsi and asked.lat is None and not asked.polygon:
        return await ship_name(res, asked.mmsi)
    return _("An area on the map")


async def ship_name(res: Resources, mmsi: int) -> str:
    """Return what a ship is called, its number where nobody knows."""
    try:
        return (await vessels.vessel(res, mmsi)).name or str(mmsi)
    except NotFound:
        return str(mmsi)
