"""Telling who keeps a place on another ship, and whose hold has ended by it."""

from typing import Any

import msgspec

from maritime_app.bookings.ship_changes import telling
from maritime_app.bookings.ship_changes.model import ShipNews
from maritime_app.jobs.model import Task
from maritime_app.resources import Resources


async def tell_of_ship(res: Resources, *, news: dict[str, Any]) -> str:
    """Write to some of those of whom nothing is asked when another ship sails."""
    return await telling.tell(res, msgspec.convert(news, ShipNews))


TASKS = [Task("bookings.tell_of_ship", tell_of_ship, tries=15, timeout_seconds=60)]
