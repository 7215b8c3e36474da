"""The mails of an alert."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from maritime_app import formatting, i18n, signed_links
from maritime_app.bookings.fare_alerts.model import AlertListMail, AlertMail, FareAlert, ListedAlert
from maritime_app.emails import service as emails
from maritime_app.emails.model import MailKind
from maritime_app.ferries import parties
from maritime_app.ferries.lowest_fares.model import LowestFare
from maritime_app.ferries.search.results.party_words import party_words
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.names.port_names import port_name
from maritime_app.resources import Resources
from maritime_app.settings.model import Settings

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
LIST = MailKind(
    "fare_alert_list",
    AlertListMail,
    noun="alert",
    folder="bookings/mails",
    subject=lambda _alert: _("Your alerts"),
)
MAILS: list[MailKind[Any]] = [CONFIRM, NEWS, LIST]


def token_of(settings: Settings, alert_id: UUID) -> str:
    """Return what opens an alert: its mails alone have it."""
    return signed_links.token(settings, PURPOSE, alert_id)


def url_of(settings: Settings, alert_id: UUID) -> str:
    """Return the link of an alert."""
    return f"{settings.public_url}/alerts/{token_of(settings, alert_id)}"


async def write_list(
    conn: Conn, res: Resources, alert: FareAlert, listed: Sequence[FareAlert], slot: int
) -> None:
    """Write to the address of an alert which ones it has, in its language; once for a slot."""
    with i18n.using(alert.language):
        rows = tuple(
            ListedAlert(
                origin=port_name(one.origin),
                destination=port_name(one.destination),
                day=one.day,
                party=party_words(one.people),
                status=one.status,
                url=url_of(res.settings, one.id),
            )
            for one in listed
        )
    first = min(one.id for one in listed)
    await emails.write(
        conn,
        LIST,
        unique_key=f"{LIST.name}:{first}:{slot}",
        recipient=alert.email,
        language=alert.language,
        context=AlertListMail(url_of(res.settings, alert.id), rows),
        subject=("fare_alert", str(alert.id)),
    )


async def write(
    conn: Conn,
    res: Resources,
    alert: FareAlert,
    kind: MailKind[AlertMail],
    fare: LowestFare | None = None,
) -> None:
    """Write one mail; the same news a second time is not written."""
    manage_url = url_of(res.settings, alert.id)
    query = {"from": alert.origin.code, "to": alert.destination.code, "date": alert.day}
    query |= parties.fields_of(alert.people)
    with i18n.using(alert.language):
        origin, destination = port_name(alert.origin), port_name(alert.destination)
        party = party_words(alert.people)
    context = AlertMail(
        kind=alert.kind,
        origin=origin,
        destination=destination,
        day=alert.day,
        manage_url=manage_url,
        end_url=f"{manage_url}/end",
        search_url=f"{res.settings.public_url}/ferries?{urlencode(query)}",
        threshold=alert.threshold,
        price=fare.price if fare else None,
        sailings=fare.sailings if fare else 0,
        party=party,
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
