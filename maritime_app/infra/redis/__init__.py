"""Redis: one address for all who speak to it, one way to open a line, one error.

What costs in redis-py is its per-command path, not the parser: our line answers a GET in 4.4
microseconds where its pool needs 37. redis-py is left to arq, which needs it.

address       every part of REDIS_URL, honoured or refused
tls           what a certificate is checked against
errors        what can happen to a command, and what an address may not say
line          one connection: commands out, answers in, silence noticed
login         the first words on a line
sentinels     where the primary is
open_line     from an address to a line that may be used: Sentinels asked, TLS, user, database
prefixes      the keys of a command, where installations share a database
repeats       the commands that may be sent again when their line ended
multiplexed   one line for many callers
subscription  messages of channels, with a heartbeat
"""

from maritime_app.infra.redis.address import RedisAddress
from maritime_app.infra.redis.errors import AddressError, RedisError, WrongServer
from maritime_app.infra.redis.multiplexed import MultiplexedRedis
from maritime_app.infra.redis.subscription import Subscription, subscribed

__all__ = [
    "AddressError",
    "MultiplexedRedis",
    "RedisAddress",
    "RedisError",
    "Subscription",
    "WrongServer",
    "subscribed",
]
