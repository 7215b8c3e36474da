"""The mails of an alert."""

from collections.abc import Callable
from urllib.parse import urlencode

from maritime_app import formatting, i18n, signed_links
from maritime_app.bookings.fare_alerts.model import AlertMail, FareAlert
from maritime_app.emails import service as emails
from maritime_app.emails.model import MailKind
from maritime_app.ferries.lowest_fares.model import LowestFare
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.port_names import port_name
from maritime_app.resources import Resources

PURPOSE = "fare_alert"  # under which the links of an alert are signed


def _kind(name: str, subject: Callable[[], str]) -> MailKind[AlertMail]:
    return MailKind(
        name,
        AlertMail,
        noun="alert",
        folder="bookings/mails",
        subject=lambda alert: (
            subject()
            % {
                "origin": alert.origin,
                "destination": alert.destination,
                "day": formatting.localdate(alert.day),
            }
        ),
        unsubscribe=lambda alert: alert.end_url,
    )


CONFIRM = _kind(
    "fare_alert_confirm",
    lambda: _("Please confirm your alert: %(origin)s – %(destination)s, %(day)s"),
)
NEWS = _kind(
    "fare_alert_news", lambda: _("News of your alert: %(origin)s – %(destination)s, %(day)s")
)
MAILS = [CONFIRM, NEWS]


async def write(
    conn: Conn,
    res: Resources,
    alert: FareAlert,
    kind: MailKind[AlertMail],
    fare: LowestFare | None = None,
) -> None:
    """Write one mail; the same news a second time is not written."""
    token = signed_links.token(res.settings, PURPOSE, alert.id)
    manage_url = f"{res.settings.public_url}/alerts/{token}"
    query = {"from": alert.origin.code, "to": alert.destination.code, "date": alert.day}
    with i18n.using(alert.language):
        origin, destination = port_name(alert.origin), port_name(alert.destination)
    context = AlertMail(
        kind=alert.kind,
        origin=origin,
        destination=destination,
        day=alert.day,
        manage_url=manage_url,
        end_url=f"{manage_url}/end",
        search_url=f"{res.settings.public_url}/ferries?{urlencode(query)}&adults=1",
        threshold=alert.threshold,
        price=fare.price if fare else None,
        sailings=fare.sailings if fare else 0,
    )
    await emails.write(
        conn,
        kind,
        unique_key=f"{kind.name}:{alert.id}:{alert.told_count}",
        recipient=alert.email,
        language=alert.language,
        context=context,
        subject=("fare_alert", str(alert.id)),
    )
