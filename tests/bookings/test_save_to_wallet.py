"""Tickets in the wallets of telephones: signed by our keys, and offered only where there
are some.
"""

import hashlib
import io
import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from aiohttp.test_utils import TestClient, TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.bookings.model import Leg, Passenger
from maritime_app.bookings.tickets import views
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.bookings.wallet.apple import AppleSigner
from maritime_app.bookings.wallet.google import GoogleSigner
from maritime_app.ferries.check_in.model import CheckIn, CheckInSource
from maritime_app.ferries.model import Operator, OperatorKind, PassengerKind, Place
from maritime_app.money import Money
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from tests.factories import ADA, CAR, a_sailing, an_ask, book

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

PASSWORD = "a password for tests only"


class Keys:
    """A certificate authority in Apple's place, one pass type, one service account."""

    def __init__(self, folder):
        self.folder = folder
        authority = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._authority = authority
        root = self._certificate("Test Authority", authority.public_key(), is_authority=True)
        holder = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        leaf = self._certificate("Pass Type ID: pass.test", holder.public_key())
        self.authority = self._write("authority.pem", root.public_bytes(Encoding.PEM))
        self.certificate = self._write("pass.pem", leaf.public_bytes(Encoding.PEM))
        sealed = BestAvailableEncryption(PASSWORD.encode())
        self.key = self._write(
            "pass.key", holder.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)
        )
        account = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        plain = account.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        said = {"type": "service_account", "client_email": "a@b.example", "private_key": plain}
        self.account = self._write("account.json", json.dumps(said).encode())
        self.account_public = account.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def _certificate(self, name, public_key, *, is_authority=False):
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Authority")])
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .sign(self._authority, hashes.SHA256())
        )

    def _write(self, name, body):
        (self.folder / name).write_bytes(body)
        return str(self.folder / name)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Keys made for this run."""
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def shop_with_keys(settings, keys):
    """The application with both wallets configured."""
    configured = replace(
        settings,
        wallet={
            "apple_pass_type_id": "pass.test",
            "apple_team_id": "TEAM123456",
            "apple_certificate": keys.certificate,
            "apple_key": keys.key,
            "apple_key_password": PASSWORD,
            "apple_intermediate": keys.authority,
            "google_issuer_id": "3388",
            "google_class": "ferry",
            "google_service_account": keys.account,
        },
    )
    async with open_resources(configured, domains.PARTS) as res:
        app = TestServer(create_app(res), port=configured.web.port)
        async with TestClient(app) as client:
            yield client, res


async def test_it_works(shop_with_keys, keys, tmp_path):
    """A pass whose signature OpenSSL accepts, over sums of every file in it."""
    client, res = shop_with_keys
    address, proof = await confirmed(client, res)
    async with client.get(f"{address}/wallet/apple/1/p1{proof}") as answer:
        assert answer.content_type == "application/vnd.apple.pkpass"
        package = zipfile.ZipFile(io.BytesIO(await answer.read()))

    manifest = json.loads(package.read("manifest.json"))
    assert set(manifest) == set(package.namelist()) - {"manifest.json", "signature"}
    for name, digest in manifest.items():
        assert hashlib.sha1(package.read(name)).hexdigest() == digest
    assert {"pass.json", "icon.png", "icon@2x.png", "logo.png"} <= set(manifest)
    assert verifies(package, keys, tmp_path)


def test_a_key_that_apple_does_not_know_is_a_wrong_setting(keys, tmp_path):
    other = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path / "other.key"
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    wallet = fake(
        apple_team_id="TEAM123456",
        apple_pass_type_id="pass.test",
        apple_key_password="",
        apple_certificate=keys.certificate,
        apple_key=str(file),
        apple_intermediate=keys.authority,
    )
    with pytest.raises(ValueError, match="RSA"):
        AppleSigner(wallet)


async def test_a_changed_manifest_is_not_what_was_signed(shop_with_keys, keys, tmp_path):
    client, res = shop_with_keys
    address, proof = await confirmed(client, res)
    async with client.get(f"{address}/wallet/apple/1/p1{proof}") as answer:
        package = zipfile.ZipFile(io.BytesIO(await answer.read()))

    assert not verifies(package, keys, tmp_path, manifest=b"{}")


async def test_the_pass_says_what_the_ticket_says(shop_with_keys):
    client, res = shop_with_keys
    address, proof = await confirmed(client, res)
    async with client.get(f"{address}/wallet/apple/1/p1{proof}") as answer:
        package = zipfile.ZipFile(io.BytesIO(await answer.read()))
    said = json.loads(package.read("pass.json"))
    async with client.get(f"{address}/ticket{proof}") as page:
        ticket_page = await page.text()

    assert (said["passTypeIdentifier"], said["teamIdentifier"]) == ("pass.test", "TEAM123456")
    assert said["boardingPass"]["transitType"] == "PKTransitTypeBoat"
    assert said["barcodes"][0]["message"] in ticket_page
    assert [f["value"] for f in said["boardingPass"]["primaryFields"]] == ["Oslo", "Kiel"]
    assert said["boardingPass"]["secondaryFields"][0]["value"] == "Ada Lund"
    assert said["locations"] == [{"latitude": 59.9, "longitude": 10.7}]


async def test_a_vehicle_has_a_pass_of_its_own(shop_with_keys):
    client, res = shop_with_keys
    address, proof = await confirmed(client, res)
    async with client.get(f"{address}/wallet/apple/1/v1{proof}") as answer:
        package = zipfile.ZipFile(io.BytesIO(await answer.read()))

    assert json.loads(package.read("pass.json"))["serialNumber"].endswith("-1-v1")


async def test_the_link_to_google_is_signed_and_short_enough(shop_with_keys, keys):
    client, res = shop_with_keys
    address, proof = await confirmed(client, res)
    async with client.get(f"{address}/wallet/google/1/p1{proof}", allow_redirects=False) as answer:
        assert answer.status == 303
        link = answer.headers["Location"]

    token = link.removeprefix("https://pay.google.com/gp/v/save/")
    assert len(token) <= 1800
    said = jwt.decode(token, keys.account_public, algorithms=["RS256"], audience="google")
    assert (said["typ"], said["iss"]) == ("savetowallet", "a@b.example")
    (ticket,) = said["payload"]["transitObjects"]
    assert ticket["classId"] == "3388.ferry"
    assert ticket["passengerNames"] == "Ada Lund"
    assert ticket["barcode"]["value"].startswith("FW2.")
    assert ticket["ticketLeg"]["originName"]["defaultValue"]["value"] == "Oslo"


@pytest.mark.parametrize(
    ("given", "family", "port", "operator"),
    [
        ("Ελευθερία", "Παπαδοπούλου", "Άγιος Κήρυκος Ικαρίας", "Θάλασσα Φέριμποτ"),
        ("محمد", "الحسيني", "ميناء الإسكندرية", "شركة الملاحة المصرية"),
        ("Ö" * 80, "Å" * 80, "Ä" * 100, "Ü" * 100),
        ("Nguyễn" * 13, "ế" * 80, "ሀ" * 100, "ሀ" * 100),
    ],
)
def test_the_link_to_google_is_short_enough_in_every_script(keys, given, family, port, operator):
    """Escaped, Greek letters were three times as long: Google takes no more than 1,800."""
    wallet = fake(
        google_issuer_id="3388000000012345678",
        google_class="ferry",
        google_service_account=keys.account,
    )
    made = a_ticket(Passenger(1, PassengerKind.ADULT, given, family), port, operator)
    view = views.ticket_view("W7XN4QTR", made)
    link = GoogleSigner(wallet, "https://ferries.example.com").link(made, view, "W7XN4QTR")

    token = link.removeprefix("https://pay.google.com/gp/v/save/")
    assert len(token) <= 1800
    said = jwt.decode(token, keys.account_public, algorithms=["RS256"], audience="google")
    (ticket,) = said["payload"]["transitObjects"]
    assert ticket["barcode"]["value"] == made.code
    shown = (view.latin or view.holder).removesuffix("…")
    assert shown.startswith(ticket["passengerNames"].removesuffix("…"))
    told = ticket["ticketLeg"]["originName"]["defaultValue"]["value"]
    assert told == port or (told.endswith("…") and len(port) == 100)


async def test_the_page_offers_what_is_configured(shop_with_keys):
    client, res = shop_with_keys
    address, proof = await confirmed(client, res)

    async with client.get(f"{address}/ticket{proof}") as page:
        text = await page.text()

    assert text.count("Add to Apple Wallet") == text.count("Add to Google Wallet") == 2


async def test_without_keys_nothing_is_offered_and_nothing_is_there(client, resources):
    address, proof = await confirmed(client, resources)

    async with client.get(f"{address}/ticket{proof}") as page:
        assert "Wallet" not in await page.text()
    for wallet in ("apple", "google"):
        async with client.get(f"{address}/wallet/{wallet}/1/p1{proof}") as answer:
            assert answer.status == 404


@pytest.mark.parametrize("which", ["1/p9", "2/p1", "1/v2"])
async def test_who_has_no_ticket_has_no_pass(shop_with_keys, which):
    client, res = shop_with_keys
    address, proof = await confirmed(client, res)

    async with client.get(f"{address}/wallet/apple/{which}{proof}") as answer:
        assert answer.status == 404


async def test_without_proof_there_is_no_pass(shop_with_keys):
    client, res = shop_with_keys
    address, _proof = await confirmed(client, res)

    async with client.get(f"{address}/wallet/apple/1/p1") as answer:
        assert answer.status == 404


async def test_a_key_that_cannot_be_read_stops_the_start(settings, keys):
    broken = replace(settings, wallet={"google_service_account": keys.key})

    with pytest.raises(ValueError, match="JSON"):
        async with open_resources(broken, domains.PARTS):
            pass


def verifies(package, keys, folder, manifest=None):
    """Whether OpenSSL finds that the pass type's certificate signed the manifest."""
    (folder / "manifest").write_bytes(manifest or package.read("manifest.json"))
    (folder / "signature").write_bytes(package.read("signature"))
    command = ["openssl", "smime", "-verify", "-inform", "DER", "-in", str(folder / "signature")]
    command += ["-content", str(folder / "manifest"), "-CAfile", keys.authority]
    command += ["-purpose", "any", "-out", str(folder / "out")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


async def confirmed(client, res):
    """Address and proof of a confirmed booking of Ada's, with a car."""
    made = await book(client, an_ask(await a_sailing(res.db), people=[ADA], vehicles=[CAR]))
    async with res.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
    return f"/bookings/{made['reference']}", f"?token={made['token']}"


def a_ticket(person, port, operator):
    """A ticket of a night between two ports of that name."""
    quays = Quays(CheckIn(30, 60, CheckInSource.USUAL), (37.94, 23.63), (35.35, 25.14), False)
    leg = Leg(
        number=1,
        sailing_id="s",
        origin=Place("XXAAA", port, "Europe/Athens"),
        destination=Place("XXBBB", port, "Europe/Athens"),
        departs_at=datetime(2026, 12, 1, 19, tzinfo=UTC),
        arrives_at=datetime(2026, 12, 2, 4, tzinfo=UTC),
        operator=Operator("AEG", operator, OperatorKind.HOUSE),
        ferry=None,
        mmsi=None,
        operator_reference=None,
        price=Money(100, "EUR"),
    )
    return Ticket(leg, "FW2.W7XN4QTR.1.p1.1." + "s" * 24, quays, passenger=person)
