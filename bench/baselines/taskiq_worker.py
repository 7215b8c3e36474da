"""taskiq on a Redis stream: `taskiq worker bench.baselines.taskiq_worker:broker`; run by itself it
enqueues.

argv = how many, pause in seconds between two. Reads may wait for ever: redis-py 8 would cut an idle
worker off.
"""

import asyncio
import os
import sys
import time

from taskiq_redis import RedisStreamBroker

from bench.starts import Starts

broker = RedisStreamBroker(
    url=os.environ["REDIS_URL"].rpartition("/")[0] + "/6", socket_timeout=None
)
starts = Starts()


@broker.task
async def noop(asked_at: float) -> None:
    starts.note(asked_at, time.time())


async def enqueue(count: int, pause_seconds: float) -> None:
    await broker.startup()
    for _ in range(count):
        await noop.kiq(time.time())
        await asyncio.sleep(pause_seconds)
    await broker.shutdown()


if __name__ == "__main__":
    # As "__main__" the task would get another name than the worker knows it by.
    from bench.baselines import taskiq_worker

    asyncio.run(taskiq_worker.enqueue(int(sys.argv[1]), float(sys.argv[2])))
