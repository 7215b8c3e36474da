"""A push service as browsers have one (RFC 8030): takes messages that only a browser could read,
and only from those who prove who they are (RFC 8292). "gone" listens no more.
"""

import base64
import time
from binascii import Error as NotBase64
from collections import deque
from typing import Any

import msgspec
from aiohttp import web

_MOST_KEPT = 500
_MOST_BYTES = 4096


class Inbox:
    """What came last."""

    def __init__(self) -> None:
        self.messages: deque[dict[str, Any]] = deque(maxlen=_MOST_KEPT)


INBOX: web.AppKey[Inbox] = web.AppKey("push_inbox", Inbox)


def mount(app: web.Application) -> None:
    """Serve /push/<browser>, and what came at /push/messages.json."""
    app[INBOX] = Inbox()
    app.router.add_get("/push/messages.json", messages)
    app.router.add_post("/push/{browser}", take)


async def messages(request: web.Request) -> web.Response:
    """What came, the oldest first; the bodies are as unreadable as they came (base64url)."""
    return web.json_response({"messages": list(request.app[INBOX].messages)})


async def take(request: web.Request) -> web.Response:
    """Take a message for a browser."""
    browser, body = request.match_info["browser"], await request.read()
    if not request.headers.get("TTL", "").isdigit():
        return web.Response(status=400, text="TTL is missing")
    if request.headers.get("Content-Encoding") != "aes128gcm" or len(body) < 86:
        return web.Response(status=415, text="the body is not encrypted")
    if len(body) > _MOST_BYTES:
        return web.Response(status=413)
    if not _is_proved(request.headers.get("Authorization", ""), str(request.url.origin())):
        return web.Response(status=403, text="the token does not fit")
    if browser == "gone":
        return web.Response(status=410)
    kept = {name: request.headers.get(name, "") for name in ("Topic", "Urgency", "TTL")}
    text = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    request.app[INBOX].messages.append({"browser": browser, "body": text, **kept})
    return web.Response(status=201, headers={"Location": f"/push/message/{time.time_ns()}"})


def _is_proved(header: str, origin: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    scheme, _space, rest = header.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if scheme != "vapid" or not fields.keys() >= {"t", "k"}:
        return False
    try:
        signed, _dot, signature = fields["t"].rpartition(".")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _octets(fields["k"]))
        raw = _octets(signature)
        number = encode_dss_signature(
            int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        )
        key.verify(number, signed.encode(), ec.ECDSA(SHA256()))
        claims = msgspec.json.decode(_octets(signed.partition(".")[2]), type=dict[str, Any])
    except (InvalidSignature, ValueError, NotBase64, msgspec.DecodeError):
        return False
    now = time.time()
    is_for_us = claims.get("aud") == origin and str(claims.get("sub", "")).partition(":")[2]
    return bool(is_for_us) and now < claims.get("exp", 0) <= now + 86_400


def _octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
