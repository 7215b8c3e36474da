"""A ticket as a link that saves it in Google Wallet: a TransitObject in a JWT (RFC 7519, RS256).

The class (operator's name, logo, transit type FERRY) is made once in Google's console and named in
the settings, which keeps the link below the 1,800 characters that Google's documentation allows;
words are shortened where they are too long for it, the passenger's name last.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from maritime_app import clock, i18n
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.bookings.tickets.views import TicketView
from maritime_app.names.port_names import port_name
from maritime_app.settings.boarding import Wallet

_SAVE = "https://pay.google.com/gp/v/save/"
_LONGEST: Final = 1_800


class _Room(NamedTuple):
    """How many letters there are room for, of each."""

    operator: int = 200
    port: int = 200
    passenger: int = 200


_ROOMS: Final = (_Room(), _Room(0), _Room(0, 40), _Room(0, 20), _Room(0, 20, 60), _Room(0, 20, 30))


class _Utf8(json.JSONEncoder):
    """JSON as it is shortest: a Greek letter escaped is six bytes instead of two."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how | {"ensure_ascii": False})


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
        token = ""
        for room in _ROOMS:
            token = self._token(self._object(ticket, view, reference, room))
            if len(token) <= _LONGEST:
                break
        return _SAVE + token

    def _token(self, transit: dict[str, Any]) -> str:
        import jwt  # with `cryptography`, for who has a key of Google's

        claims = {
            "iss": self._account.client_email,
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(clock.now().timestamp()),
            "origins": [self._origin],
            "payload": {"transitObjects": [transit]},
        }
        key = self._account.private_key
        return jwt.encode(claims, key, algorithm="RS256", json_encoder=_Utf8)

    def _object(
        self, ticket: Ticket, view: TicketView, reference: str, room: _Room
    ) -> dict[str, Any]:
        leg = ticket.leg
        operator = _cut(leg.operator.name, room.operator)
        return {
            "id": f"{self._issuer}.{reference}-{leg.number}-{ticket.holder_id}",
            "classId": f"{self._issuer}.{self._class}",
            "state": "ACTIVE",
            "tripType": "ONE_WAY",
            "passengerType": "SINGLE_PASSENGER",
            "passengerNames": _cut(view.latin or view.holder, room.passenger),
            "ticketNumber": f"{leg.number}-{ticket.holder_id}",
            "purchaseDetails": {"confirmationCode": reference},
            "ticketLeg": {
                "originName": _text(_cut(port_name(leg.origin), room.port)),
                "destinationName": _text(_cut(port_name(leg.destination), room.port)),
                "departureDateTime": _local(leg.departs_at, leg.origin.timezone),
                "arrivalDateTime": _local(leg.arrives_at, leg.destination.timezone),
                **({"transitOperatorName": _text(operator)} if operator else {}),
            },
            "barcode": {"type": "QR_CODE", "value": ticket.code, "alternateText": reference},
        }


def _text(value: str) -> dict[str, Any]:
    return {"defaultValue": {"language": i18n.current(), "value": value}}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…" if most else ""


def _local(instant: datetime, timezone: str) -> str:
    return instant.astimezone(clock.zone(timezone)).isoformat(timespec="minutes")
