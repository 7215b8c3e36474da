"""The seal on an offered price: until when it holds, and for what."""

import hashlib
import hmac
from datetime import UTC, datetime

import msgspec

from maritime_app.ferries.operators.model import Party


class PriceSeal:
    """Makes and recognises the tokens of one operator's offers.

    A token is `<expires, epoch seconds>.<total in minor units>.<HMAC-SHA256 over both, the sailing
    and the party>`.
    """

    def __init__(self, operator: str, seed: int) -> None:
        self._secret = hashlib.sha256(f"price:{operator}:{seed}".encode()).digest()

    def token(self, sailing: str, party: Party, total_minor: int, expires_at: datetime) -> str:
        """Return the token of a price that holds until then."""
        text = f"{int(expires_at.timestamp())}.{total_minor}"
        sealed = f"{text}.{sailing}.{digest(party)}".encode()
        return f"{text}.{hmac.new(self._secret, sealed, hashlib.sha256).hexdigest()[:32]}"

    def holds(
        self, token: str, sailing: str, party: Party, total_minor: int, now: datetime
    ) -> bool:
        """Return whether that price was offered for just that, and still holds."""
        expires = token.partition(".")[0]
        expires_at = datetime.fromtimestamp(int(expires), UTC) if expires.isdecimal() else now
        same = hmac.compare_digest(token, self.token(sailing, party, total_minor, expires_at))
        return same and expires_at > now


def digest(value: msgspec.Struct) -> str:
    """Return what tells a request from another one."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
