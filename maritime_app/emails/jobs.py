"""The sending tasks: one name per mail, so that each can be watched, retried and counted by itself."""

from uuid import UUID

from maritime_app.emails import service
from maritime_app.infra.jobs import Task
from maritime_app.resources import Resources


async def send(res: Resources, *, mail_id: str) -> str:
    """Send a written mail."""
    return await service.send(res, UUID(mail_id))


# A mail server that is away for a quarter of an hour must not cost anybody a ticket: the three quick tries
# of the promise, then patience.
JOBS = [
    Task(f"emails.send_{template}", send, tries=10, timeout_seconds=60, first_delay_seconds=3)
    for template in service.TEMPLATES
]
