"""The server as a gate speaks with it: the sailing's list, and the journal handed in."""

from typing import TypeVar
from uuid import UUID

import aiohttp
import msgspec

from maritime_app.boarding.model import (
    Admission,
    BoardingList,
    SettleRequest,
    SettleResponse,
)
from maritime_app.errors import Unavailable
from maritime_app.settings.boarding import Gate

T = TypeVar("T")
_MAX_BODY_BYTES = 32 * 1024 * 1024  # some 40,000 tickets


class ServerGateway:
    """One sailing at the server, with a staff token."""

    def __init__(
        self, http: aiohttp.ClientSession, server: str, sailing_id: UUID, gate: Gate
    ) -> None:
        self._http = http
        self._base = f"{server.rstrip('/')}/api/v1/boarding/{sailing_id}"
        self._headers = {"Authorization": f"Bearer {gate.token}"}
        self._timeout = aiohttp.ClientTimeout(total=gate.timeout_seconds)

    async def boarding_list(self) -> BoardingList:
        """Return the list as it is now; raise Unavailable with the server's own words."""
        return await self._ask("GET", "list", BoardingList)

    async def settle(self, admissions: list[Admission]) -> SettleResponse:
        """Hand a part of the journal in; raise Unavailable."""
        body = msgspec.json.encode(SettleRequest(tuple(admissions)))
        return await self._ask("POST", "admissions", SettleResponse, body)

    async def _ask(self, method: str, path: str, kind: type[T], body: bytes | None = None) -> T:
        try:
            async with self._http.request(
                method,
                f"{self._base}/{path}",
                data=body,
                headers={**self._headers, "Content-Type": "application/json"},
                timeout=self._timeout,
            ) as answer:
                raw = await answer.content.read(_MAX_BODY_BYTES)
                if answer.status != 200:
                    raise Unavailable(f"The server answers {answer.status}: {raw[:300]!r}")
                return msgspec.json.decode(raw, type=kind)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"The server is out of reach: {type(error).__name__}") from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unavailable("The server's answer cannot be read.") from error
