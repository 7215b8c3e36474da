"""The mails of an alert."""

from typing import Final
from uuid import UUID

from yarl import URL

from maritime_app import signed_links
from maritime_app.emails import service as emails
from maritime_app.emails.model import MailKind
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.settings.model import Settings
from maritime_app.vessels.events.model import ShipEventKind
from maritime_app.vessels.model import Source
from maritime_app.vessels.ship_alerts.model import (
    AlertEvent,
    ShipAlert,
    ShipAlertMail,
    ToldEvent,
)

PURPOSE: Final = "ship_alert"  # under which the links of an alert are signed
_FEED: Final = "ship_alert_feed"
MOST_LINES: Final = 20

CONFIRM = MailKind(
    "ship_alert_confirm",
    ShipAlertMail,
    noun="alert",
    folder="vessels/mails",
    subject=lambda alert: _("Please confirm your alert: %(name)s") % {"name": alert.name},
    unsubscribe=lambda alert: alert.end_url,
)
NEWS = MailKind(
    "ship_alert_news",
    ShipAlertMail,
    noun="alert",
    folder="vessels/mails",
    subject=lambda alert: _("News of your alert: %(name)s") % {"name": alert.name},
    unsubscribe=lambda alert: alert.end_url,
)
MAILS = [CONFIRM, NEWS]


async def write(
    conn: Conn,
    res: Resources,
    alert: ShipAlert,
    kind: MailKind[ShipAlertMail],
    events: list[AlertEvent],
) -> None:
    """Write one mail; the same news a second time is not written."""
    manage_url = page_of(res.settings, alert)
    context = ShipAlertMail(
        name=alert.name,
        ship=alert.ship_name or (None if alert.mmsi is None else str(alert.mmsi)),
        kinds=kinds_of(alert),
        dwell_minutes=alert.dwell_minutes,
        close_miles=alert.close_miles,
        close_minutes=alert.close_minutes,
        manage_url=manage_url,
        end_url=f"{manage_url}/end",
        expires_at=alert.expires_at,
        webhook_host=host_of(alert),
        events=tuple(_told(res.settings, each) for each in events[:MOST_LINES]),
        more=max(0, len(events) - MOST_LINES),
    )
    await emails.write(
        conn,
        kind,
        unique_key=f"{kind.name}:{alert.id}:{alert.told_count}",
        recipient=alert.email,
        language=alert.language,
        context=context,
        subject=("ship_alert", str(alert.id)),
    )


def page_of(settings: Settings, alert: ShipAlert) -> str:
    """Return the address of an alert's page, which is the right to end it."""
    return f"{settings.public_url}/vessels/alerts/{token_of(settings, alert.id)}"


def token_of(settings: Settings, alert_id: UUID) -> str:
    """Return what stands in the links of an alert's mails."""
    return signed_links.token(settings, PURPOSE, alert_id)


def feed_token(settings: Settings, alert_id: UUID) -> str:
    """Return what stands in the addresses of an alert's events: readers of feeds keep and share
    them, so they are the right to read and nothing else.
    """
    return signed_links.token(settings, _FEED, alert_id)


def id_to_read(settings: Settings, token: str) -> UUID | None:
    """Return the alert whose events a token opens: of its feeds, or of its mails."""
    feed = signed_links.subject(settings, _FEED, token)
    return feed or signed_links.subject(settings, PURPOSE, token)


def host_of(alert: ShipAlert) -> str | None:
    """Return where events are posted, None for mails."""
    return None if alert.webhook_url is None else URL(alert.webhook_url).host


def kinds_of(alert: ShipAlert) -> tuple[str, ...]:
    """Return what the alert is of."""
    wanted = {
        ShipEventKind.ENTER: alert.on_enter,
        ShipEventKind.LEAVE: alert.on_leave,
        ShipEventKind.DWELL: alert.dwell_minutes is not None,
    }
    crossings = tuple(str(kind) for kind, is_wanted in wanted.items() if is_wanted)
    return crossings + tuple(alert.events)


def _told(settings: Settings, event: AlertEvent) -> ToldEvent:
    return ToldEvent(
        kind=event.kind,
        ship=event.ship_name or str(event.mmsi),
        at=event.at,
        not_before=event.not_before,
        ship_url=f"{settings.public_url}/vessels/{event.mmsi}",
        invented=Source(event.source).invented,
        port=event.port_code,
        other=event.other_name or (None if event.other_mmsi is None else str(event.other_mmsi)),
        metres=None if event.metres is None else round(event.metres),
        closest_at=event.closest_at,
    )
