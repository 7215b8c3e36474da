"""Tell people outside of alerts that opened; the switch that keeps it quiet during maintenance."""

from uuid import UUID

import msgspec

from maritime_app.accounts import service as accounts
from maritime_app.emails import service as emails
from maritime_app.emails.model import MailKind
from maritime_app.infra import alerts
from maritime_app.infra.alerts import Untold
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.ops.notices import gateway, store
from maritime_app.ops.notices.mails import ALERT, ENDED
from maritime_app.ops.notices.model import Maintenance, Notice
from maritime_app.resources import Resources

POST_TASK = "ops.post_alert"
_AT_ONCE = 50


async def tell(res: Resources) -> int:
    """Write a mail and a post for each alert whose opening or end nobody was told of; return how
    many.

    Ends are told of what was told. One that opens again within `alerts.quiet_minutes` of the last
    notice waits for their end: what flickers is told once.
    """
    chosen = res.settings.alerts
    if not (chosen.mail or chosen.webhook_url):
        return 0
    async with res.db.transaction() as conn:
        if await store.maintenance(conn):
            return 0
        untold = await alerts.claim_untold(conn, chosen.quiet_minutes * 60, _AT_ONCE)
        for alert in untold:
            await _tell(conn, res, alert, ALERT)
        ended = await alerts.claim_ended(conn, _AT_ONCE)
        for alert in ended:
            await _tell(conn, res, alert, ENDED)
    return len(untold) + len(ended)


async def post(res: Resources, alert_id: UUID) -> str:
    """Post an alert to the webhook as it is now; raise UpstreamError when it was not taken."""
    async with res.db.acquire() as conn:
        alert = await alerts.by_id(conn, alert_id)
    if alert is None or not res.settings.alerts.webhook_url:
        return "nobody to tell"
    await gateway.post(res, _notice(alert))
    return "told"


async def maintenance(res: Resources) -> Maintenance | None:
    """Return the maintenance that lasts now; None while alerts are told."""
    async with res.db.acquire() as conn:
        return await store.maintenance(conn)


async def begin_maintenance(
    res: Resources, staff_id: UUID | None, minutes: float, reason: str
) -> None:
    """Tell nobody for so many minutes, 0 ends it; who did it (None: the command line) is written
    down. What opens meanwhile and is still open is told after it.
    """
    action = "maintenance_begun" if minutes else "maintenance_ended"
    detail = {"minutes": minutes, "reason": reason} if minutes else {}
    async with res.db.transaction() as conn:
        await store.begin_maintenance(conn, minutes, reason, staff_id)
        await accounts.audit(conn, staff_id, action, None, detail)


async def _tell(conn: Conn, res: Resources, alert: Untold, kind: MailKind[Notice]) -> None:
    chosen, subject = res.settings.alerts, ("alert", str(alert.id))
    key = f"{kind.name}:{alert.id}:{alert.openings}"
    for recipient in chosen.mail:
        await emails.write(
            conn,
            kind,
            unique_key=f"{key}:{recipient}",
            recipient=recipient,
            language="en",
            context=_notice(alert),
            subject=subject,
        )
    if chosen.webhook_url:
        asked = {"alert_id": str(alert.id), "opening": alert.openings}
        await enqueue(conn, POST_TASK, asked, subject=subject, unique_key=key)


def _notice(alert: Untold) -> Notice:
    subject = f"{alert.subject_kind}:{alert.subject_id}" if alert.subject_kind else ""
    return msgspec.convert({**msgspec.structs.asdict(alert), "subject": subject}, Notice)
