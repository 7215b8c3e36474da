"""UNCTADstat's query API, which takes a client id and secret: the figures of some periods as CSV.

POST {base}/{R}/cur/Facts?culture=en with the headers ClientId and ClientSecret and the form of
query_form; the answer is CSV, gzipped or plain. No limits are published; public clients ask once a
second and wait longer after 429 or 5xx.
"""

from collections.abc import Mapping
from pathlib import Path

import aiohttp
import stamina

from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamDown, UpstreamError
from maritime_app.outside_data.pacing import Turn
from maritime_app.ports.statistics.tables import Table
from maritime_app.ports.statistics.unctad import query_form
from maritime_app.ports.statistics.unctad.query_form import Periods
from maritime_app.settings.outside import Unctad

OFFICIAL = "https://unctadstat-user-api.unctad.org"
TRIES = 4
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
MAX_BYTES = 64 * 1024**2
_KEYS_REFUSED = (401, 403)
# 500 is not among them: the same query breaks the service again.
_RETRIED_STATUS = (429, 502, 503, 504)
_RETRIED_FAULTS = (Fault.UNREACHABLE, Fault.INTERRUPTED)


class KeysRefused(UpstreamError):
    """The API does not take our keys: asking again will not help."""

    def __init__(self, error: UpstreamError) -> None:
        message = f"UNCTAD's query API does not take our keys ({error.status})."
        super().__init__(message, error.fault, code=error.code, status=error.status)


class QueryApi:
    """The query API over HTTP; `turn` is awaited before every request (pacing)."""

    def __init__(self, http: aiohttp.ClientSession, unctad: Unctad, turn: Turn) -> None:
        self._turn = turn
        self._upstream = Upstream(
            http,
            "unctad",
            unctad.query_url or OFFICIAL,
            title="UNCTAD's query API",
            deadline_seconds=unctad.timeout_seconds,
            headers={"ClientId": unctad.client_id, "ClientSecret": unctad.client_secret},
        )

    async def save(self, table: Table, periods: Periods, to: Path) -> None:
        """Write the figures of these periods to a file as they come, at most 64 MiB.

        Raise KeysRefused at once, UpstreamError after the last try or for another answer.
        """
        tries = stamina.retry_context(
            on=_pause,
            attempts=TRIES,
            timeout=None,
            wait_initial=FIRST_PAUSE_SECONDS,
            wait_max=LONGEST_PAUSE_SECONDS,
            wait_jitter=FIRST_PAUSE_SECONDS / 4,
        )
        path = f"/{table.report}/cur/Facts?culture=en"
        form = query_form.fields(table, periods)
        async for attempt in tries:
            with attempt:
                await self._turn()
                await self._save(path, form, to)

    async def _save(self, path: str, form: Mapping[str, str], to: Path) -> None:
        try:
            await self._upstream.save("POST", path, to, body=form, max_bytes=MAX_BYTES)
        except UpstreamError as error:
            if error.status in _KEYS_REFUSED:
                raise KeysRefused(error) from None
            raise


def _pause(error: Exception) -> bool | float:
    """Whether to try again, or after how many seconds if the API says so (stamina's protocol)."""
    if not isinstance(error, UpstreamDown):
        return False
    if error.status not in _RETRIED_STATUS and error.fault not in _RETRIED_FAULTS:
        return False
    if error.retry_after_seconds:
        return min(float(error.retry_after_seconds), LONGEST_PAUSE_SECONDS)
    return True
