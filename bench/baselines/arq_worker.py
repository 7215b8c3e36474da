"""arq as delivered:

`arq bench.baselines.arq_worker.WorkerSettings`, a task that does nothing but note the time.
"""

import os
import time
from typing import Any

from arq.connections import RedisSettings

from bench.starts import Starts

REDIS = RedisSettings.from_dsn(os.environ["REDIS_URL"])
REDIS.database = 5
starts = Starts()


async def noop(ctx: dict[Any, Any], asked_at: float) -> None:
    starts.note(asked_at, time.time())


class WorkerSettings:
    """Nothing is set but where Redis is."""

    functions = [noop]
    redis_settings = REDIS
