"""The sending tasks, one for each kind of mail that a domain registers; erasing old mails."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from maritime_app.emails import service, store
from maritime_app.emails.model import MailKind
from maritime_app.infra.history.batched_erasure import erase_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Run, Task
from maritime_app.resources import Resources

_KEEP_FILES_HOURS = 24  # a resumed try or a question of today finds them


def sending_tasks(kinds: Iterable[MailKind[Any]]) -> list[Task]:
    """Return the task of each kind.

    A mail server that is away for a quarter of an hour must not cost anybody a ticket: the three
    quick tries of the promise, then patience.
    """
    return [
        Task(kind.task, _sender(kind), tries=10, timeout_seconds=60, first_delay_seconds=3)
        for kind in kinds
    ]


def _sender(kind: MailKind[Any]) -> Run:
    async def send(res: Resources, *, mail_id: str) -> str:
        return await service.send(res, kind, UUID(mail_id))

    return send


async def erase_old_mails(res: Resources) -> str:
    """Erase what old mails said and to whom."""
    days = res.settings.privacy.personal_days
    return f"{await erase_in_batches(res.db, store.SQL.erase_mails, days)} mails"


async def drop_sent_files(res: Resources) -> str:
    """Delete the files of mails that were sent a day ago: who got them has them."""
    async with res.db.acquire() as conn:
        return f"{await store.drop_sent_files(conn, _KEEP_FILES_HOURS)} files"


async def check_server(res: Resources) -> str:
    """Say hello to the mail server."""
    await service.check_server(res)
    return f"{res.settings.smtp.host} takes our mails"


TASKS = [
    Task(
        "emails.check_server",
        check_server,
        tries=1,
        timeout_seconds=30,
        by_hand=NoPayload,
        selftest=NoPayload(),
        short_name="mail",
    ),
    Task(
        "emails.drop_sent_files",
        drop_sent_files,
        tries=3,
        timeout_seconds=300,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "emails.erase_old_mails",
        erase_old_mails,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("emails.erase_old_mails", every_seconds=86_400),
    Cron("emails.drop_sent_files", every_seconds=3_600),
]
