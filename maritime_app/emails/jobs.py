"""The sending tasks: one name per mail, so that each can be watched, retried and counted by itself."""

from uuid import UUID

from maritime_app.emails import service, store
from maritime_app.infra.batched_erasure import erase_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources


async def send(res: Resources, *, mail_id: str) -> str:
    """Send a written mail."""
    return await service.send(res, UUID(mail_id))


async def erase_old_mails(res: Resources) -> str:
    """Forget what old mails said and to whom."""
    erased = await erase_in_batches(
        res.db, store.SQL.erase_mails, res.settings.privacy.personal_days
    )
    return f"{erased} mails"


# A mail server that is away for a quarter of an hour must not cost anybody a ticket: the three
# quick tries of the promise, then patience.
TASKS = [
    Task(f"emails.send_{template}", send, tries=10, timeout_seconds=60, first_delay_seconds=3)
    for template in service.TEMPLATES
]
TASKS.append(
    Task(
        "emails.erase_old_mails",
        erase_old_mails,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    )
)
CRONS = [Cron("emails.erase_old_mails", every_seconds=86_400)]
