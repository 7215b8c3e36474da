"""Admission control: how much one caller may ask for, counted before the work and not after it.

A token is taken first and comes back when the work shows that none was due (a right password costs
nothing). Looking first and counting afterwards lets a burst through whole, because every one of its
requests looks before the first one is counted.

addresses  who is counted: the peer, or what our own proxies say of it; IPv6 by /64
model      a bucket, and what came of taking from it
scripts    taking and giving back in Redis, atomically, the keys declared
buckets    where tokens are: Redis for all processes, this process without it
charges    what one request has taken, to be kept or given back at its end
adjusted   what staff have set to other numbers than the settings
headers    RateLimit and RateLimit-Policy
"""

from maritime_app.web.limits.addresses import caller_address
from maritime_app.web.limits.buckets import BUCKETS
from maritime_app.web.limits.charges import begin, guess, has_guessed, settle, take

__all__ = ["BUCKETS", "begin", "caller_address", "guess", "has_guessed", "settle", "take"]
