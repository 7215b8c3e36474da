"""A ticket as a link that saves it in Google Wallet: a TransitObject in a JWT (RFC 7519, RS256).

The class (operator's name, logo, transit type FERRY) is made once in Google's console and named in
the settings, which keeps the link below the 1,800 characters that Google's documentation allows.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from maritime_app import clock, i18n
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.bookings.tickets.views import TicketView
from maritime_app.port_names import port_name
from maritime_app.settings_boarding import Wallet

_SAVE = "https://pay.google.com/gp/v/save/"


class ServiceAccount(msgspec.Struct, frozen=True):
    """What is needed of the key file of a Google Cloud service account."""

    client_email: str
    private_key: str


class GoogleSigner:
    """Signs links of one issuer."""

    def __init__(self, wallet: Wallet, origin: str) -> None:
        """Read the key file; raise OSError or msgspec.DecodeError if it is unusable."""
        raw = Path(wallet.google_service_account).read_bytes()
        self._account = msgspec.json.decode(raw, type=ServiceAccount)
        self._issuer, self._class = wallet.google_issuer_id, wallet.google_class
        self._origin = origin

    def link(self, ticket: Ticket, view: TicketView, reference: str) -> str:
        """Return the address that offers to save the ticket."""
        import jwt  # with `cryptography`, for who has a key of Google's

        claims = {
            "iss": self._account.client_email,
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(clock.now().timestamp()),
            "origins": [self._origin],
            "payload": {"transitObjects": [self._object(ticket, view, reference)]},
        }
        return _SAVE + jwt.encode(claims, self._account.private_key, algorithm="RS256")

    def _object(self, ticket: Ticket, view: TicketView, reference: str) -> dict[str, Any]:
        leg = ticket.leg
        return {
            "id": f"{self._issuer}.{reference}-{leg.number}-{ticket.holder_id}",
            "classId": f"{self._issuer}.{self._class}",
            "state": "ACTIVE",
            "tripType": "ONE_WAY",
            "passengerType": "SINGLE_PASSENGER",
            "passengerNames": view.latin or view.holder,
            "ticketNumber": f"{leg.number}-{ticket.holder_id}",
            "purchaseDetails": {"confirmationCode": reference},
            "ticketLeg": {
                "originName": _text(port_name(leg.origin)),
                "destinationName": _text(port_name(leg.destination)),
                "departureDateTime": _local(leg.departs_at, leg.origin.timezone),
                "arrivalDateTime": _local(leg.arrives_at, leg.destination.timezone),
                "transitOperatorName": _text(leg.operator.name),
            },
            "barcode": {"type": "QR_CODE", "value": ticket.code, "alternateText": reference},
        }


def _text(value: str) -> dict[str, Any]:
    return {"defaultValue": {"language": i18n.current(), "value": value}}


def _local(instant: datetime, timezone: str) -> str:
    return instant.astimezone(clock.zone(timezone)).isoformat(timespec="minutes")
