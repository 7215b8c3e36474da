"""A certificate of the gate's own, made once.

Browsers give the camera to pages they trust only, and an address on a quay's network has no public
certificate. Telephones ask once whether to go on; the fingerprint is printed to be compared.
"""

import ipaddress
import socket
import ssl
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from maritime_app import clock
from maritime_app.names import brand

_DAYS = 397  # browsers refuse longer ones


def addresses() -> list[str]:
    """Return the addresses by which telephones on the quay's network may reach this machine."""
    found = ["127.0.0.1"]
    # No packet leaves: a datagram socket only looks up which interface would be used.
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        found.append(probe.getsockname()[0])
    return list(dict.fromkeys(found))


def tls_context(folder: Path) -> tuple[ssl.SSLContext, str]:
    """Return what serves https, and the certificate's SHA-256 fingerprint in hexadecimal."""
    file = folder / "gate.pem"
    if not file.exists() or _is_old(file):
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_made())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return context, certificate.fingerprint(hashes.SHA256()).hex(":")


def _is_old(file: Path) -> bool:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return certificate.not_valid_after_utc < clock.now() + timedelta(days=7)


def _made() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{brand.NAME} gate")])
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.DNSName(socket.gethostname())]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses()]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
