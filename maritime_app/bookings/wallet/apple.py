"""A ticket as an Apple Wallet pass.

The package is a ZIP of pass.json, pictures, a manifest of SHA-1 sums and a detached PKCS #7
signature over the manifest, by the certificate of the pass type, with Apple's intermediate
certificate in it (Apple, "Building a Pass" and "Creating the signature for a pass").
"""

import hashlib
import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
    pkcs7,
)

from maritime_app.bookings.tickets.model import Ticket
from maritime_app.bookings.tickets.views import TicketView
from maritime_app.names import brand
from maritime_app.settings.boarding import Wallet

_PICTURES = Path(__file__).resolve().parents[3] / "static" / "bookings" / "wallet"
_OPTIONS = [
    pkcs7.PKCS7Options.DetachedSignature,
    pkcs7.PKCS7Options.Binary,
    pkcs7.PKCS7Options.NoCapabilities,
]


class AppleSigner:
    """Signs passes of one pass type."""

    def __init__(self, wallet: Wallet) -> None:
        """Read certificate, key and Apple's intermediate; raise OSError or ValueError if unfit."""
        self._team, self._pass_type = wallet.apple_team_id, wallet.apple_pass_type_id
        self._certificate = _certificate(wallet.apple_certificate)
        self._intermediate = _certificate(wallet.apple_intermediate)
        password = wallet.apple_key_password.encode() or None
        key = load_pem_private_key(Path(wallet.apple_key).read_bytes(), password)
        if not isinstance(key, RSAPrivateKey):
            words = "wallet.apple_key: Apple's certificates have RSA keys"
            raise ValueError(words)  # noqa: TRY004 - the setting is wrong, not a caller
        self._key = key

    def package(self, ticket: Ticket, view: TicketView, reference: str) -> bytes:
        """Return the .pkpass of a ticket, in the language of its view."""
        described = self._described(ticket, view, reference)
        files = {"pass.json": msgspec.json.encode(described)}
        files |= {file.name: file.read_bytes() for file in sorted(_PICTURES.glob("*.png"))}
        sums = {name: hashlib.sha1(body).hexdigest() for name, body in files.items()}  # noqa: S324
        manifest = msgspec.json.encode(sums)
        files |= {"manifest.json": manifest, "signature": self._signature(manifest)}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in files.items():
                archive.writestr(name, body)
        return packed.getvalue()

    def _signature(self, manifest: bytes) -> bytes:
        builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
        builder = builder.add_signer(self._certificate, self._key, hashes.SHA256())
        return builder.add_certificate(self._intermediate).sign(Encoding.DER, _OPTIONS)

    def _described(self, ticket: Ticket, view: TicketView, reference: str) -> dict[str, Any]:
        leg = ticket.leg
        described: dict[str, Any] = {
            "formatVersion": 1,
            "passTypeIdentifier": self._pass_type,
            "teamIdentifier": self._team,
            "serialNumber": f"{reference}-{leg.number}-{ticket.holder_id}",
            "organizationName": brand.NAME,
            "description": f"{view.departs.place} - {view.arrives.place}, {view.holder}",
            "logoText": brand.NAME,
            "foregroundColor": "rgb(246, 244, 238)",
            "backgroundColor": "rgb(12, 42, 62)",
            "labelColor": "rgb(118, 197, 227)",
            "relevantDate": _instant(leg.departs_at),
            # A day late is still on time for a delayed ship.
            "expirationDate": _instant(leg.arrives_at + timedelta(days=1)),
            "barcodes": [
                {
                    "format": "PKBarcodeFormatQR",
                    "message": ticket.code,
                    "messageEncoding": "iso-8859-1",
                    "altText": reference,
                }
            ],
            "boardingPass": _fields(view),
        }
        lat, lon = ticket.quays.origin
        described["locations"] = [{"latitude": lat, "longitude": lon}]
        return described


def _fields(view: TicketView) -> dict[str, Any]:
    def field(key: str, label: str, value: str) -> dict[str, str]:
        return {"key": key, "label": label, "value": value}

    facts = [field(f"fact{n}", fact.label, fact.value) for n, fact in enumerate(view.facts)]
    return {
        "transitType": "PKTransitTypeBoat",
        "headerFields": [field("departs", view.departs.date, view.departs.time)],
        "primaryFields": [
            field("origin", view.departs.zone, view.departs.place),
            field("destination", f"{view.arrives.date} {view.arrives.time}", view.arrives.place),
        ],
        "secondaryFields": [field("holder", view.kind, view.holder)],
        "auxiliaryFields": facts[:4],
        "backFields": [*facts, field("latin", brand.NAME, view.latin or view.holder)],
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _certificate(path: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(Path(path).read_bytes())
