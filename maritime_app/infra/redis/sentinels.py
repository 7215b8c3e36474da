"""Where the primary is, as the Sentinels know it.

https://redis.io/docs/latest/develop/reference/sentinel-clients/ - ask one after another, connect to
what the first that knows says, and believe the server itself whether it is the primary.
"""

import asyncio
import ssl

import hiredis

from maritime_app.infra.redis.address import RedisAddress
from maritime_app.infra.redis.errors import RedisError
from maritime_app.infra.redis.login import auth, checked, connect

_SENTINEL_SECONDS = 0.5


async def primary(address: RedisAddress, context: ssl.SSLContext | None) -> tuple[str, int]:
    """Return where the primary is, as the first Sentinel that answers knows it.

    Raise RedisError when none does.
    """
    for host, port in address.nodes:
        try:
            async with asyncio.timeout(_SENTINEL_SECONDS):
                line = await connect(host, port, context)
                try:
                    checked([await line.send(args) for args in auth(address.sentinel_login)])
                    words = "SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.primary_name
                    [found] = checked([await line.send(words)])
                finally:
                    line.abort()
        except (OSError, TimeoutError, hiredis.HiredisError, RedisError):
            continue
        if found:
            return found[0].decode(), int(found[1])
    raise RedisError(f"no Sentinel answers, or none knows {address.primary_name}")
