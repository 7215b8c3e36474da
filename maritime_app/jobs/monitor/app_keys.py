"""What the application gives the pages of tasks: the tasks and crons of the domains above."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from maritime_app.jobs.model import Cron, Task

TASKS: web.AppKey[Mapping[str, Task]] = web.AppKey("tasks", Mapping)
CRONS: web.AppKey[Sequence[Cron]] = web.AppKey("crons", Sequence)
