"""Passes of a booking's tickets, by whichever signers this process has keys for."""

from typing import TYPE_CHECKING

from msgspec import Struct

from maritime_app.bookings.model import Booking
from maritime_app.bookings.tickets import service as tickets, views
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.resources import Part, Resources
from maritime_app.settings.boarding import Wallet

if TYPE_CHECKING:
    from maritime_app.bookings.wallet.apple import AppleSigner
    from maritime_app.bookings.wallet.google import GoogleSigner


class Wallets(Struct, frozen=True):
    """The signers of this process; None where nothing is configured."""

    apple: "AppleSigner | None"
    google: "GoogleSigner | None"


def _make(res: Resources) -> Wallets:
    """Read the keys; a path that is configured and cannot be read stops the process."""
    wallet = res.settings.wallet
    return Wallets(
        apple=_apple(wallet) if wallet.offers_apple else None,
        google=_google(wallet, res.settings.public_url) if wallet.offers_google else None,
    )


def _apple(wallet: Wallet) -> "AppleSigner":
    from maritime_app.bookings.wallet.apple import AppleSigner  # for who has a key to sign with

    return AppleSigner(wallet)


def _google(wallet: Wallet, origin: str) -> "GoogleSigner":
    from maritime_app.bookings.wallet.google import GoogleSigner

    return GoogleSigner(wallet, origin)


WALLETS = Part("bookings.wallets", _make)


async def apple_pass(res: Resources, booking: Booking, leg: int, holder_id: str) -> bytes:
    """Return the .pkpass of one ticket; raise NotFound where there is none."""
    signer = res[WALLETS].apple
    if signer is None:
        raise NotFound(_("There is no such ticket."))
    ticket = await _ticket(res, booking, leg, holder_id)
    return signer.package(ticket, views.ticket_view(booking.reference, ticket), booking.reference)


async def google_link(res: Resources, booking: Booking, leg: int, holder_id: str) -> str:
    """Return the address that saves one ticket; raise NotFound where there is none."""
    signer = res[WALLETS].google
    if signer is None:
        raise NotFound(_("There is no such ticket."))
    ticket = await _ticket(res, booking, leg, holder_id)
    return signer.link(ticket, views.ticket_view(booking.reference, ticket), booking.reference)


async def _ticket(res: Resources, booking: Booking, leg: int, holder_id: str) -> Ticket:
    for ticket in await tickets.tickets(res, booking):
        if (ticket.leg.number, ticket.holder_id) == (leg, holder_id):
            return ticket
    raise NotFound(_("There is no such ticket."))
