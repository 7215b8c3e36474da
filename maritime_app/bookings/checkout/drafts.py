"""What a browser has typed into the booking form, kept for it on the server.

In Redis and for a while only: a draft holds no places and nothing of it is true of a booking. It
belongs to the browser's cookie and to what was chosen in the search, so that two tabs with other
sailings never mix. It is sealed under our secret and that cookie: a copy of Redis tells nothing.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from maritime_app.infra.redis import RedisError
from maritime_app.resources import Resources

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# A form for the largest party, every field at its longest, is about 20 KB.
_MOST_BYTES = 24 * 1024
_NONCE_BYTES = 12  # of AES-GCM (NIST SP 800-38D, section 8.2)
# What of a form is kept: what a person types or chooses, nothing that was made for one showing.
_FIELDS: Mapping[str, Any] = {
    "legs": [],
    "passengers": [],
    "vehicles": [],
    "contact": {},
    "pets": "",
    "buyer": {},
    "promo_code": "",
}


class Draft(msgspec.Struct, frozen=True):
    """A form as it stands; `was_sent` when somebody has tried to book with it."""

    entered: dict[str, Any]
    was_sent: bool = False


async def save(
    res: Resources,
    visitor: str,
    chosen: str,
    entered: Mapping[str, Any],
    *,
    was_sent: bool = False,
) -> bool:
    """Keep the form for this browser, in place of what was kept of the same choice.

    Return False when it is not kept: nobody to keep it for, too large, or Redis away.
    """
    fields = {name: entered.get(name, nothing) for name, nothing in _FIELDS.items()}
    body = msgspec.json.encode(Draft(fields, was_sent))
    if not (visitor and chosen) or len(body) > _MOST_BYTES:
        return False
    seconds = max(1, int(res.settings.bookings.draft_minutes * 60))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    key = _key(visitor, chosen)
    box = nonce + _cipher(res, visitor).encrypt(nonce, body, key.encode())
    try:
        await res.redis_cache.command("SET", key, box, "EX", seconds)
    except RedisError:
        return False
    return True


async def load(res: Resources, visitor: str, chosen: str) -> Draft | None:
    """Return what this browser has typed for that choice, while it is kept."""
    if not visitor:
        return None
    key = _key(visitor, chosen)
    try:
        box = await res.redis_cache.command("GET", key)
    except RedisError:
        return None
    if not box:
        return None
    from cryptography.exceptions import InvalidTag

    nonce, sealed = box[:_NONCE_BYTES], box[_NONCE_BYTES:]
    try:
        body = _cipher(res, visitor).decrypt(nonce, sealed, key.encode())
        return msgspec.json.decode(body, type=Draft)
    except (InvalidTag, ValueError, msgspec.MsgspecError):  # sealed under a key of before
        return None


async def erase(res: Resources, visitor: str, chosen: str) -> None:
    """Forget what this browser has typed for that choice; without Redis it ends by itself."""
    try:
        await res.redis_cache.command("DEL", _key(visitor, chosen))
    except RedisError:
        return


def _key(visitor: str, chosen: str) -> str:
    """Return where the draft is: neither cookie nor sailing can be read from it."""
    whose = hashlib.sha256(f"{visitor}\0{chosen}".encode()).hexdigest()[:40]
    return f"bookings:draft:{whose}"


def _cipher(res: Resources, visitor: str) -> "AESGCM":
    """Return the cipher of one browser's drafts, by a key of its own (RFC 5869)."""
    # A thirtieth of a start: loaded with the first form that is kept.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 32, salt=None, info=b"booking draft\0" + visitor.encode())
    return AESGCM(derived.derive(res.settings.secrets.key.encode()))
