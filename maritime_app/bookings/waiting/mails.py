"""The mails to those who wait, written in the transaction that is their reason."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from maritime_app import formatting, i18n, signed_links
from maritime_app.bookings.waiting import store
from maritime_app.bookings.waiting.model import Waiter, WaitingMail
from maritime_app.emails import service as emails
from maritime_app.emails.model import MailKind
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.names.port_names import port_name
from maritime_app.resources import Resources

PURPOSE = "waiting"  # under which the links of a party are signed


def _kind(
    name: str,
    subject: Callable[[], str],
    ends_at: Callable[[WaitingMail], datetime | None] | None = None,
) -> MailKind[WaitingMail]:
    return MailKind(
        name,
        WaitingMail,
        noun="waiting",
        folder="bookings/mails",
        subject=lambda waiting: (
            subject()
            % {
                "origin": waiting.origin,
                "destination": waiting.destination,
                "day": formatting.localdate(waiting.departs_at, waiting.timezone),
            }
        ),
        unsubscribe=lambda waiting: waiting.end_url,
        ends_at=ends_at,
    )


JOINED = _kind(
    "waiting_joined", lambda: _("You wait for places: %(origin)s – %(destination)s, %(day)s")
)
OFFER = _kind(
    "waiting_offer",
    lambda: _("Places for you: %(origin)s – %(destination)s, %(day)s"),
    lambda waiting: waiting.until,
)
PASSED = _kind(
    "waiting_passed", lambda: _("Your offer has ended: %(origin)s – %(destination)s, %(day)s")
)
CLOSED = _kind(
    "waiting_closed", lambda: _("No places came free: %(origin)s – %(destination)s, %(day)s")
)
MAILS = [JOINED, OFFER, PASSED, CLOSED]


async def write(
    conn: Conn,
    res: Resources,
    party: Waiter,
    kind: MailKind[WaitingMail],
    *,
    key: str,
    pay_url: str = "",
    until: datetime | None = None,
    total: Money | None = None,
) -> None:
    """Write one mail to a party; a second one with this key is not written."""
    sailing = await store.sailing(conn, party.sailing_id)
    token = signed_links.token(res.settings, PURPOSE, party.id)
    place_url = f"{res.settings.public_url}/waiting/{token}"
    day = sailing.departs_at.date().isoformat()
    query = urlencode(
        {"from": sailing.origin.code, "to": sailing.destination.code, "date": day, "adults": 1}
    )
    with i18n.using(party.language):
        origin, destination = port_name(sailing.origin), port_name(sailing.destination)
    context = WaitingMail(
        origin=origin,
        destination=destination,
        operator=sailing.operator,
        timezone=sailing.origin.timezone,
        departs_at=sailing.departs_at,
        ahead=await store.ahead(conn, party),
        place_url=place_url,
        end_url=f"{place_url}/end",
        search_url=f"{res.settings.public_url}/ferries?{query}",
        pay_url=pay_url,
        until=until,
        total=total,
    )
    await emails.write(
        conn,
        kind,
        unique_key=key,
        recipient=party.email,
        language=party.language,
        context=context,
        subject=("waiting_party", str(party.id)),
    )
