"""RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10).

A bucket of 40 that fills at 40 a minute is the policy `"look_up";q=40;w=60`; what is left of it is
`"look_up";r=39;t=2`, where t is when it will be full again.
"""

import math
from collections.abc import Mapping

from aiohttp import web

from maritime_app.web.limits.charges import shown


def rate_limit_headers(request: web.Request) -> Mapping[str, str]:
    """Return the headers of an answer whose request was counted; none for another."""
    taken = shown(request)
    if taken is None:
        return {}
    limit = taken.limit
    full_in = math.ceil((limit.capacity - taken.tokens) / limit.per_second)
    return {
        "RateLimit-Policy": f'"{limit.name}";q={limit.capacity};w={limit.window_seconds}',
        "RateLimit": f'"{limit.name}";r={max(0, int(taken.tokens))};t={max(0, full_in)}',
    }
