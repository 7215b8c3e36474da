"""UNCTADstat's query API, which asks for a client id and secret: the figures of some periods as
CSV.

POST {base}/{R}/cur/Facts?culture=en with the headers ClientId and ClientSecret and the form of
`query.py`; the answer
is CSV, gzipped or plain. No limits are published; clients ask once a second and wait longer after
429 or 5xx.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import stamina

from maritime_app.errors import Unavailable
from maritime_app.ports.statistics.model import Table
from maritime_app.ports.statistics.unctad import query_form
from maritime_app.ports.statistics.unctad.query_form import Periods
from maritime_app.settings_model import Unctad

OFFICIAL = "https://unctadstat-user-api.unctad.org"
TRIES = 4
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
MAX_BYTES = 64 * 1024**2
_CHUNK_BYTES = 256 * 1024
_LATER = (429, 502, 503, 504)

Turn = Callable[[], Awaitable[None]]


class KeysRefused(Unavailable):
    """The API does not take our keys; asking again will not help."""


class _Again(Unavailable):
    """Worth another try, after `retry_after_seconds` if the API said so."""


async def fetch(
    http: aiohttp.ClientSession,
    unctad: Unctad,
    table: Table,
    periods: Periods,
    to: Path,
    turn: Turn,
) -> None:
    """Write the answer for these periods to a file as it comes.

    Waits for its `turn` before every try. Raises KeysRefused, and Unavailable after the last try,
    for another answer
    or one that is larger than any slice. What is raised never holds a header: the keys are there.
    """
    tries = stamina.retry_context(
        on=_pause,
        attempts=TRIES,
        timeout=None,
        wait_initial=FIRST_PAUSE_SECONDS,
        wait_max=LONGEST_PAUSE_SECONDS,
        wait_jitter=FIRST_PAUSE_SECONDS / 4,
    )
    async for attempt in tries:
        with attempt:
            await turn()
            await _once(http, unctad, table, periods, to)


def _pause(error: Exception) -> bool | float:
    if not isinstance(error, _Again):
        return False
    return (
        min(float(error.retry_after_seconds), LONGEST_PAUSE_SECONDS)
        if error.retry_after_seconds
        else True
    )


async def _once(
    http: aiohttp.ClientSession, unctad: Unctad, table: Table, periods: Periods, to: Path
) -> None:
    url = f"{(unctad.query_url or OFFICIAL).rstrip('/')}/{table.report}/cur/Facts?culture=en"
    try:
        # A redirect is not followed: it would carry the keys along.
        async with http.post(
            url,
            data=query_form.fields(table, periods),
            headers={"ClientId": unctad.client_id, "ClientSecret": unctad.client_secret},
            timeout=aiohttp.ClientTimeout(
                total=unctad.timeout_seconds, sock_connect=15, sock_read=60
            ),
            allow_redirects=False,
        ) as response:
            _refuse(response)
            await _save(response, to)
    except TimeoutError:
        raise Unavailable("UNCTAD's query API takes too long.", code="unctad") from None
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
        raise _Again("UNCTAD's query API does not answer.", code="unctad") from None
    except (aiohttp.ClientError, OSError, ValueError):
        # ValueError: a key that cannot stand in a header.
        raise Unavailable("UNCTAD's query API cannot be asked.", code="unctad") from None


def _refuse(response: aiohttp.ClientResponse) -> None:
    if response.status == 200:
        return
    words = f"UNCTAD's query API answers {response.status}."
    if response.status in (401, 403):
        raise KeysRefused(
            f"UNCTAD's query API does not take our keys ({response.status}).", code="unctad"
        )
    if response.status in _LATER:
        after = response.headers.get("Retry-After", "")
        seconds = min(int(after), 3_600) if after.isdecimal() and len(after) < 7 else None
        raise _Again(words, code="unctad", retry_after_seconds=seconds)
    raise Unavailable(words, code="unctad")


async def _save(response: aiohttp.ClientResponse, to: Path) -> None:
    got = 0
    with to.open("wb") as out:
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            got += len(chunk)
            if got > MAX_BYTES:
                raise Unavailable("UNCTAD's answer is larger than it should be.", code="unctad")
            out.write(chunk)
