"""Read every minute how the boats of others' timetables go."""

from maritime_app.ferries.timetables.updates import pulling
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources


async def pull_realtime(res: Resources) -> str:
    """Read the updates of every feed that has any; what stands in the way is noted with the feed,
    and the next run comes in a minute.
    """
    return await pulling.pull_all(res)


TASKS = [
    Task(
        "ferries.pull_realtime",
        pull_realtime,
        tries=1,
        timeout_seconds=55,
        by_hand=NoPayload,
        selftest=NoPayload(),
    )
]
CRONS = [Cron("ferries.pull_realtime", every_seconds=60)]
