"""What one request has taken, to be kept or given back at its end.

`settings.limits` names the limits. A guess (password, code, surname) is counted against the
caller's address, and against what is guessed: who spreads his guesses over many addresses still
guesses at one person or one booking.
"""

from aiohttp import web

from maritime_app.errors import TooMany
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.resources import Resources
from maritime_app.web.app_keys import resources
from maritime_app.web.limits.addresses import caller_address
from maritime_app.web.limits.adjusted import ADJUSTED
from maritime_app.web.limits.buckets import BUCKETS
from maritime_app.web.limits.model import Limit, Taken

# A right one is given back, so that nobody is kept from what is theirs.
_GUESSES = frozenset(("sign_in", "look_up", "person", "reference", "promo_code"))
# Few and dear: counted exactly, for all processes.
_EXACT = frozenset(("export",))
_GUESSED: web.RequestKey[tuple[Limit, ...]] = web.RequestKey("limits_guessed", tuple)
_SHOWN: web.RequestKey[Taken] = web.RequestKey("limits_shown", Taken)


def begin(request: web.Request) -> None:
    """Note that nothing is guessed yet: to look for what is not there costs each request more."""
    request[_GUESSED] = ()


def has_guessed(request: web.Request) -> bool:
    """Return whether tokens of guesses are to be settled."""
    return bool(request[_GUESSED])


async def take(request: web.Request, name: str) -> None:
    """Take a token of the caller's address under that limit; raise TooMany when there is none."""
    res = resources(request)
    limit = _limit(res, name, caller_address(request))
    if name in _GUESSES:
        await _take_guess(request, limit)
        return
    buckets = res[BUCKETS]
    exact = name in _EXACT
    (taken,) = await buckets.take_shared([limit]) if exact else [buckets.take_local(limit)]
    request[_SHOWN] = taken
    _insist(taken)


async def guess(request: web.Request, name: str, whose: str) -> None:
    """Take a token for a guess at `whose` person, booking or code; raise TooMany."""
    await _take_guess(request, _limit(resources(request), name, whose))


async def settle(request: web.Request, *, wrong: bool) -> None:
    """Keep the tokens of a wrong guess, give back those of a right one; the first word counts."""
    guessed, request[_GUESSED] = request[_GUESSED], ()
    if guessed and not wrong:
        await resources(request)[BUCKETS].give_back(guessed)


def shown(request: web.Request) -> Taken | None:
    """Return what is left of the caller's own bucket, where the request was counted."""
    return request.get(_SHOWN)


async def _take_guess(request: web.Request, limit: Limit) -> None:
    (taken,) = await resources(request)[BUCKETS].take_shared([limit])
    if _SHOWN not in request:
        request[_SHOWN] = taken
    _insist(taken)
    request[_GUESSED] += (limit,)


def _insist(taken: Taken) -> None:
    if taken.wait_seconds:
        tally["limited_" + taken.limit.name] += 1
        raise TooMany(taken.wait_seconds)


def _limit(res: Resources, name: str, whose: str) -> Limit:
    at_once, per_minute = getattr(res.settings.limits, name)
    changed = res[ADJUSTED].of(name)
    if changed is not None and changed.per_minute is not None:
        at_once, per_minute = changed.at_once, changed.per_minute
    return Limit(name, whose, at_once, per_minute / 60)
