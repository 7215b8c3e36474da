"""A device with passkeys, in software: what a browser hands back from `navigator.credentials`."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG  # Web Authentication section 6.1


class Device:
    """One owner's device; `verifies`: it asks for a finger, `counts`: its counter goes up."""

    def __init__(self, origin: str, *, verifies: bool = True, counts: bool = True) -> None:
        self.origin = origin
        self.verifies = verifies
        self._counts = counts
        self.count = 0
        self._keys: dict[bytes, tuple[ec.EllipticCurvePrivateKey, bytes]] = {}

    def create(self, options: dict[str, Any]) -> str:
        """Make a key; the answer as JSON (RegistrationResponseJSON)."""
        asked = options["publicKey"]
        key, key_id = ec.generate_private_key(ec.SECP256R1()), os.urandom(32)
        self._keys[key_id] = key, websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(key.public_key())
        held = AttestedCredentialData.create(Aaguid.NONE, key_id, public)
        data = AuthenticatorData.create(
            _hash(asked["rp"]["id"]), self._flags() | FLAG.AT, self._next(), held
        )
        client = self._client("webauthn.create", asked["challenge"])
        return _answer(
            key_id,
            clientDataJSON=client,
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def get(self, options: dict[str, Any]) -> str:
        """Sign with the key that is asked for, or any; the answer (AuthenticationResponseJSON)."""
        asked = options["publicKey"]
        wanted = [websafe_decode(one["id"]) for one in asked.get("allowCredentials") or []]
        key_id = next(one for one in self._keys if not wanted or one in wanted)
        key, owner = self._keys[key_id]
        data = AuthenticatorData.create(_hash(asked["rpId"]), self._flags(), self._next())
        client = self._client("webauthn.get", asked["challenge"])
        signature = key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return _answer(
            key_id,
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=owner,
        )

    def _flags(self) -> AuthenticatorData.FLAG:
        return FLAG.UP | FLAG.UV if self.verifies else FLAG.UP

    def _next(self) -> int:
        self.count += self._counts
        return self.count

    def _client(self, kind: str, challenge: str) -> bytes:
        return bytes(CollectedClientData.create(kind, challenge, self.origin))


def _hash(host: str) -> bytes:
    return hashlib.sha256(host.encode()).digest()


def _answer(key_id: bytes, **response: bytes) -> str:
    encoded = {name: websafe_encode(bytes(value)) for name, value in response.items()}
    return json.dumps(
        {
            "id": websafe_encode(key_id),
            "rawId": websafe_encode(key_id),
            "type": "public-key",
            "response": encoded,
            "clientExtensionResults": {},
        }
    )
