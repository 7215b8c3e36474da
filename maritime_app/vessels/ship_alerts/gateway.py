"""The one file that posts to addresses that people gave, by Standard Webhooks.

Three headers: `webhook-id` (the event, the same in every try), `webhook-timestamp` (seconds) and
`webhook-signature` ("v1," and the base64 of HMAC-SHA256 over "ID.TIMESTAMP.BODY" under the key
after "whsec_"). Source: the specification at https://www.standardwebhooks.com
"""

import base64
import hashlib
import hmac
from typing import Final
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.infra.upstreams.http import Reply, Upstream
from maritime_app.infra.upstreams.public_http import public_session, public_url
from maritime_app.settings.model import Settings
from maritime_app.vessels.ship_alerts.responses import EventPost

_DEADLINE_SECONDS: Final = 10.0
_MOST_ANSWER_BYTES: Final = 64 * 1024
SECRET_BYTES: Final = 32


async def post(
    settings: Settings, address: str, secret: bytes, event_id: UUID, body: EventPost
) -> Reply:
    """Post what happened and return the answer, whatever its status.

    Raise UpstreamError when there is none, Invalid for an address that is not public any more.
    """
    any_address = settings.vessels.webhooks_anywhere
    if public_url(address, any_address=any_address) is None:
        raise Invalid("This is not a public address.")
    encoded = msgspec.json.encode(body)
    async with public_session(any_address=any_address) as session:
        upstream = Upstream(
            session,
            "ship_alerts",
            address,
            title="The address of the alert",
            deadline_seconds=_DEADLINE_SECONDS,
        )
        headers = signed_headers(secret, str(event_id), clock.epoch_ms() // 1_000, encoded)
        return await upstream.call(
            "POST", "", body=encoded, headers=headers, max_bytes=_MOST_ANSWER_BYTES
        )


def signed_headers(secret: bytes, message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers of one post."""
    signed = f"{message_id}.{seconds}.".encode() + body
    digest = hmac.digest(secret, signed, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def secret_text(secret: bytes) -> str:
    """Return the secret as receivers enter it."""
    return "whsec_" + base64.b64encode(secret).decode()
