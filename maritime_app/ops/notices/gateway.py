"""The webhook that alerts are posted to, signed as Stripe signs its own.

`Fairway-Signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of "SECONDS.BODY" under
ALERT_WEBHOOK_SECRET. Receivers compare it and refuse old ones.
"""

import hashlib
import hmac

import msgspec

from maritime_app import clock
from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamError
from maritime_app.ops.notices.model import Notice
from maritime_app.resources import Resources

SIGNATURE = "Fairway-Signature"
_DEADLINE_SECONDS = 10.0


async def post(res: Resources, notice: Notice) -> None:
    """Post a notice; raise UpstreamError when it was not taken with a 2xx."""
    chosen = res.settings.alerts
    body = msgspec.json.encode(notice)
    upstream = Upstream(
        res.http,
        "alerts",
        chosen.webhook_url,
        title="The webhook for alerts",
        deadline_seconds=_DEADLINE_SECONDS,
    )
    headers = {"Content-Type": "application/json", SIGNATURE: sign(chosen.webhook_secret, body)}
    reply = await upstream.call("POST", "", body=body, headers=headers)
    if not 200 <= reply.status < 300:
        raise UpstreamError(
            f"The webhook for alerts answered {reply.status}.",
            Fault.STATUS,
            code="alerts_status",
            status=reply.status,
        )


def sign(secret: str, body: bytes) -> str:
    """Return the signature of a body at this second."""
    seconds = clock.epoch_ms() // 1_000
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={digest.hexdigest()}"
