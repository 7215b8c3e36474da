"""The mails of a mandate."""

from collections.abc import Callable
from typing import Final

from maritime_app import i18n, signed_links
from maritime_app.bookings.mandates.model import Mandate, MandateMail, Use
from maritime_app.emails import service as emails
from maritime_app.emails.model import MailKind
from maritime_app.ferries.model import Place
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.names.port_names import port_name
from maritime_app.resources import Resources

PURPOSE: Final = "mandate"  # under which the links of a mandate are signed


def _kind(name: str, subject: Callable[[MandateMail], str]) -> MailKind[MandateMail]:
    return MailKind(name, MandateMail, noun="mandate", folder="bookings/mails", subject=subject)


ASKED = _kind("mandate_asked", lambda _mandate: _("Let a program pay: please save a card"))
GRANTED = _kind("mandate_granted", lambda _mandate: _("A program may pay with your card"))
USED = _kind(
    "mandate_used",
    lambda mandate: (
        _("A program has paid with your card: booking %(reference)s")
        % {"reference": mandate.reference}
    ),
)
REFUSED = _kind(
    "mandate_refused",
    lambda mandate: (
        _("A payment with your card was refused: booking %(reference)s")
        % {"reference": mandate.reference}
    ),
)
MAILS = [ASKED, GRANTED, USED, REFUSED]


async def write(
    conn: Conn,
    res: Resources,
    mandate: Mandate,
    kind: MailKind[MandateMail],
    use: Use | None = None,
    left: Money | None = None,
) -> None:
    """Write one mail; the same one a second time is not written."""
    link = signed_links.token(res.settings, PURPOSE, mandate.id)
    with i18n.using(mandate.language):
        origin, destination = _named(mandate.origin), _named(mandate.destination)
    card = mandate.card
    context = MandateMail(
        origin=origin,
        destination=destination,
        limit=mandate.limit,
        bookings=mandate.most_bookings,
        valid_until=mandate.valid_until,
        manage_url=f"{res.settings.public_url}/mandates/{link}",
        card=f"{card.brand.capitalize()} {card.last4}" if card else "",
        amount=use.amount if use else None,
        left=left,
        reference=use.reference if use else "",
        booking_url=f"{res.settings.public_url}/bookings/{use.reference}" if use else "",
        refusal=(use.refusal or "") if use else "",
    )
    await emails.write(
        conn,
        kind,
        unique_key=f"{kind.name}:{use.id if use else mandate.id}",
        recipient=mandate.email,
        language=mandate.language,
        context=context,
        subject=(PURPOSE, str(mandate.id)),
    )


def _named(place: Place | None) -> str:
    return port_name(place) if place else ""
