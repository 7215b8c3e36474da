"""A process that runs the embedded servers, says where, and waits to be killed."""

import asyncio
import json
import os
import sys
from pathlib import Path

from maritime_app.infra.embedded import embedded_servers


async def main() -> None:
    async with embedded_servers(Path(sys.argv[1]), want_postgres=True, want_redis=True) as servers:
        assert servers.postgres
        assert servers.valkey
        said = {
            "pids": [os.getpid(), servers.postgres.pid, servers.valkey.pid],
            "database_url": servers.database_url,
            "redis_url": servers.redis_url,
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


asyncio.run(main())
