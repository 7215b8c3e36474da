"""Signatures: what we signed is recognised for its purpose, for a while or for ever, across a
rotation of keys.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

import pytest

from maritime_app import signing
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import replace
from tests import clocks

DAY = 86_400


@pytest.fixture
def keyed():
    """Settings with a key."""
    return replace(settings_file.load({}), secrets={"key": "the first key"})


def test_it_works(keyed):
    token = signing.sign(keyed, "ticket", "K7MWQ4PX.1.p1")

    assert len(token) == 24
    assert signing.verify(keyed, "ticket", "K7MWQ4PX.1.p1", token)


@pytest.mark.parametrize(
    ("purpose", "subject"), [("ticket", "K7MWQ4PY.1.p1"), ("booking", "K7MWQ4PX.1.p1")]
)
def test_a_token_is_for_one_purpose_and_one_subject(keyed, purpose, subject):
    for sign, verify in ((signing.sign, signing.verify), (signing.sign_dated, verified)):
        token = sign(keyed, "ticket", "K7MWQ4PX.1.p1")

        assert not verify(keyed, purpose, subject, token)


@pytest.mark.parametrize(
    "token", ["", ".", "x", "a.b", "Ω" * 24, "0" * 24, "a.b.c", "." + "0" * 24]
)
def test_anything_else_is_refused(keyed, token):
    assert not signing.verify(keyed, "booking", "K7MWQ4PX", token)
    assert not verified(keyed, "booking", "K7MWQ4PX", token)


def test_a_changed_token_is_refused(keyed):
    stamp, _dot, signature = signing.sign_dated(keyed, "booking", "K7MWQ4PX").partition(".")
    later = ("B" if stamp[0] != "B" else "C") + stamp[1:]

    assert not verified(keyed, "booking", "K7MWQ4PX", f"{later}.{signature}")


def test_a_dated_token_ends(keyed):
    with clocks.travel(1_800_000_000, tick=False):
        token = signing.sign_dated(keyed, "booking", "K7MWQ4PX")
    with clocks.travel(1_800_000_000 + DAY, tick=False):
        assert verified(keyed, "booking", "K7MWQ4PX", token)
    with clocks.travel(1_800_000_000 + DAY + 1, tick=False):
        assert not verified(keyed, "booking", "K7MWQ4PX", token)


def test_a_key_that_was_replaced_still_verifies_until_it_is_dropped(keyed):
    old = (
        signing.sign(keyed, "booking", "K7MWQ4PX"),
        signing.sign_dated(keyed, "booking", "K7MWQ4PX"),
    )
    rotated = replace(keyed, secrets={"key": "the second key", "previous_keys": ("the first key",)})
    dropped = replace(keyed, secrets={"key": "the second key"})

    for token in old:
        assert verified(rotated, "booking", "K7MWQ4PX", token)
        assert not verified(dropped, "booking", "K7MWQ4PX", token)
    assert signing.sign(rotated, "booking", "x") == signing.sign(dropped, "booking", "x")


def test_links_in_mails_of_the_first_version_stay_valid(keyed):
    """They were an HMAC of 18 bytes over purpose, NUL and subject, without a time."""
    digest = hmac.digest(b"the first key", b"booking\0K7MWQ4PX", hashlib.sha256)
    token = urlsafe_b64encode(digest[:18]).decode()

    assert verified(keyed, "booking", "K7MWQ4PX", token)
    assert signing.verify(keyed, "booking", "K7MWQ4PX", token)


def verified(settings, purpose, subject, token):
    return signing.verify_dated(settings, purpose, subject, token, max_age_seconds=DAY)
