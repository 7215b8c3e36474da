"""The line of an agent: every call may be cut before, while or after it is answered."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import aiohttp

_VERSION = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": _VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "bench.agents", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
_TRIES = 200
_PAUSE_SECONDS = (0.05, 0.4)
_BUSY = {"isError": True, "structuredContent": {"code": "too_many"}}
_AGAIN = ("idempotency_in_flight", "too_many")  # and whatever says when to try again


class Fault(StrEnum):
    """What becomes of a call."""

    NONE = "none"
    CUT = "cut"  # the line breaks at some moment: nobody knows whether it was done
    LOST = "lost"  # it was done, and the answer is thrown away
    TWICE = "twice"  # it is sent twice at the same moment


_FAULTS = {Fault.NONE: 5, Fault.CUT: 2, Fault.LOST: 2, Fault.TWICE: 1}  # how often each


class Refused(Exception):
    """A tool says no; `code` is its reason for programs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Line:
    """One agent's line. `uncertain_seconds` is how long it did not know what became of a call."""

    http: aiohttp.ClientSession
    url: str
    dice: random.Random
    address: str
    faults: dict[Fault, int] = field(default_factory=dict)
    uncertain_seconds: list[float] = field(default_factory=list)

    async def insist(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a tool, with the same arguments until an answer is here; raise Refused for a no."""
        lost_at: float | None = None
        for _try in range(_TRIES):
            fault = self._fault()
            try:
                answers = await self._call(tool, arguments, fault)
            except (aiohttp.ClientError, TimeoutError, OSError):
                answers = []
            if not answers or fault is Fault.LOST:
                lost_at = lost_at or time.monotonic()
                await asyncio.sleep(self.dice.uniform(*_PAUSE_SECONDS))
                continue
            found = settled(answers)
            if found is None:  # too much, or too early: asked again
                await asyncio.sleep(self.dice.uniform(*_PAUSE_SECONDS))
                continue
            if lost_at is not None:
                self.uncertain_seconds.append(time.monotonic() - lost_at)
            return found
        raise RuntimeError(f"{tool} was never answered")

    def _fault(self) -> Fault:
        fault = self.dice.choices(list(_FAULTS), list(_FAULTS.values()))[0]
        self.faults[fault] = self.faults.get(fault, 0) + 1
        return fault

    async def _call(
        self, tool: str, arguments: dict[str, Any], fault: Fault
    ) -> list[dict[str, Any]]:
        """Return every answer that came: two where the call was sent twice."""
        patience = self.dice.uniform(0.001, 0.15) if fault is Fault.CUT else 60.0
        times = 2 if fault is Fault.TWICE else 1
        calls = (self._post(tool, arguments, patience) for _time in range(times))
        return list(await asyncio.gather(*calls))

    async def _post(
        self, tool: str, arguments: dict[str, Any], patience_seconds: float
    ) -> dict[str, Any]:
        params = {"name": tool, "arguments": arguments, "_meta": _META}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        headers = {
            "MCP-Protocol-Version": _VERSION,
            "Mcp-Method": "tools/call",
            "Mcp-Name": tool,
            "X-Forwarded-For": self.address,
        }
        patience = aiohttp.ClientTimeout(total=patience_seconds)
        async with self.http.post(
            f"{self.url}/mcp", json=body, headers=headers, timeout=patience
        ) as answer:
            if answer.status in (429, 503):
                return _BUSY
            said = await answer.json()
        result: dict[str, Any] = said["result"]
        return result


def settled(answers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what was answered, None for "ask again"; raise Refused for a no.

    Of two at the same moment one may be told that the other is at work.
    """
    done = [answer for answer in answers if not answer.get("isError")]
    if done:
        found: dict[str, Any] = done[0]["structuredContent"]
        return found
    said = answers[0]["structuredContent"]
    if "retry_after_seconds" in said or said.get("code") in _AGAIN:
        return None
    raise Refused(said.get("code", said["error"]))
