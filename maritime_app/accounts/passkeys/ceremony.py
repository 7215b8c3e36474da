"""Challenges made and answers verified (Web Authentication level 3, sections 7.1 and 7.2).

The device must have verified its owner (by finger, face or PIN), so that a passkey is something one
has and something one is or knows. It is bound to the host of `public_url`; where that is an address
of numbers, or not set, there are none.
"""

import ipaddress
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from maritime_app.accounts.passkeys.model import StoredPasskey
from maritime_app.errors import Forbidden, NotFound
from maritime_app.i18n import translate as _
from maritime_app.names.brand import NAME

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

# What the library raises for an answer that does not fit, or is none.
_UNFIT = (ValueError, KeyError, TypeError, AssertionError, IndexError, RuntimeError)
Options = dict[str, Any]


def is_possible(public_url: str) -> bool:
    """Return whether passkeys can be bound to this address."""
    host = urlsplit(public_url).hostname
    try:
        ipaddress.ip_address(host or "")
    except ValueError:
        return bool(host)
    return False


def begin_adding(
    public_url: str, staff_id: UUID, email: str, name: str, present: Sequence[StoredPasskey]
) -> tuple[Options, dict[str, Any]]:
    """Return what `navigator.credentials.create` takes, and the state to verify its answer with.

    A device that has one of these already says so instead of making a second one.
    """
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    user = PublicKeyCredentialUserEntity(id=staff_id.bytes, name=email, display_name=name)
    options, state = _server(public_url).register_begin(
        user,
        [_credential(one) for one in present],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), state


def added(public_url: str, state: dict[str, Any], answer: str) -> tuple[bytes, bytes, int]:
    """Return credential id, credential and counter of a new passkey; raise Forbidden for an answer
    that is not to this challenge.
    """
    try:
        data = _server(public_url).register_complete(state, _parsed(answer))
    except _UNFIT as error:
        raise unfit() from error
    if data.credential_data is None:
        raise unfit()
    return data.credential_data.credential_id, bytes(data.credential_data), data.counter


def begin_asking(
    public_url: str, present: Sequence[StoredPasskey] = ()
) -> tuple[Options, dict[str, Any]]:
    """Return what `navigator.credentials.get` takes, and the state to verify its answer with.

    Without passkeys the device offers whichever of this site it has.
    """
    from fido2.webauthn import UserVerificationRequirement

    credentials = [_credential(one) for one in present] or None
    options, state = _server(public_url).authenticate_begin(
        credentials, UserVerificationRequirement.REQUIRED
    )
    return dict(options), state


def credential_id(answer: str) -> bytes:
    """Return which passkey an answer is of; raise Forbidden for no answer at all."""
    from fido2.webauthn import AuthenticationResponse

    try:
        return AuthenticationResponse.from_dict(_parsed(answer)).raw_id
    except _UNFIT as error:
        raise unfit() from error


def verified(public_url: str, state: dict[str, Any], stored: StoredPasskey, answer: str) -> int:
    """Return what the device's counter says now; raise Forbidden unless that passkey has signed
    this challenge.

    A counter that does not go up is a copied key (section 6.1.1); devices that synchronise their
    keys do not count and always say 0.
    """
    from fido2.webauthn import AuthenticationResponse

    try:
        parsed = _parsed(answer)
        _server(public_url).authenticate_complete(state, [_credential(stored)], parsed)
        count = AuthenticationResponse.from_dict(parsed).response.authenticator_data.counter
    except _UNFIT as error:
        raise unfit() from error
    if (count or stored.sign_count) and count <= stored.sign_count:
        raise unfit()
    return count


@cache
def _server(public_url: str) -> "Fido2Server":
    """Return the library's verifier for this origin: exactly the one that people reach us by."""
    # A thirtieth of a start: loaded with the first passkey.
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestationConveyancePreference, PublicKeyCredentialRpEntity

    if not is_possible(public_url):
        raise NotFound(_("There are no passkeys here."), code="passkeys")
    parts = urlsplit(public_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=str(parts.hostname), name=NAME),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda claimed: claimed == origin,
    )


def _credential(stored: StoredPasskey) -> "AttestedCredentialData":
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(stored.credential)


def _parsed(answer: str) -> dict[str, Any]:
    return msgspec.json.decode(answer, type=dict[str, Any])


def unfit() -> Forbidden:
    """Return the refusal of a passkey: the same words whatever was wrong."""
    words = _("That passkey does not fit. Try again, or sign in with your password.")
    return Forbidden(words, code="credentials")
