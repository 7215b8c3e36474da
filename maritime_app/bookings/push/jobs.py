"""News for one browser."""

from uuid import UUID

from maritime_app.bookings.push import service
from maritime_app.bookings.push.service import News
from maritime_app.jobs.model import Task
from maritime_app.resources import Resources


async def push_news(res: Resources, *, subscription_id: str, news: str, version: str) -> str:
    """Tell one browser that its ship is late."""
    return await service.send(res, UUID(subscription_id), News(news), version)


TASKS = [Task("bookings.push_news", push_news, tries=5, timeout_seconds=30)]
