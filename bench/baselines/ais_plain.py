"""The usual consumer: websockets and json; with `pipeline` every message goes to Redis raw, 500
commands a pipeline.
"""

import json
import os
import sys

import uvloop
from redis.asyncio import Redis
from websockets.asyncio.client import connect

_BATCH = 500


async def main(store: bool) -> None:
    """Consume until the feed ends."""
    redis = Redis.from_url(os.environ["REDIS_URL"])
    async with connect(
        os.environ["AISSTREAM_URL"], compression=None, max_size=1 << 20, max_queue=256
    ) as feed:
        await feed.send(json.dumps({"APIKey": "k", "BoundingBoxes": [[[-90, -180], [90, 180]]]}))
        pipeline, waiting = redis.pipeline(transaction=False), 0
        async for frame in feed:
            message = json.loads(frame)
            if not store:
                continue
            pipeline.hset("plain:last", message["MetaData"]["MMSI"], frame)
            waiting += 1
            if waiting == _BATCH:
                await pipeline.execute()
                waiting = 0
    await redis.aclose()


if __name__ == "__main__":
    uvloop.run(main("pipeline" in sys.argv))
