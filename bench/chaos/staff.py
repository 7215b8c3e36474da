"""Staff at work while things break: sailings are late, closed, cancelled; bookings are corrected,
cancelled, partly paid back, and somebody always clicks twice.

Each act that was answered stands in the books once. One without an answer is sent again, as people
do, and may have been carried out.
"""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bench.chaos.api import Calls
from bench.chaos.promises import Promise
from bench.chaos.traffic import Traffic
from bench.chaos.world import HOT_ROUTE

_TRIES = 8
FIRST_PAUSE_SECONDS = 0.2
_CANCELS_A_SAILING_AFTER_SECONDS = 45.0
_GOODWILL_MINOR = 100
_DAYS = (5, 12, 20)  # those on which passengers travel
_NOT_KNOWN = {0, 500, 502, 503}
_CALLER = "10.4.0.1"


class Came(StrEnum):
    """What came of an act."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # some answer is missing


@dataclass
class Staff:
    """One busy person, and what they know of what they did."""

    calls: Calls
    traffic: Traffic
    dice: random.Random
    token: str
    running: bool = True
    acts: Counter[str] = field(default_factory=Counter)
    # By what was acted on: everything that may stand in the books now.
    expected_times: dict[str, set[datetime | None]] = field(default_factory=dict)
    addresses: dict[str, set[str]] = field(default_factory=dict)
    goodwill: dict[str, list[Came]] = field(default_factory=lambda: defaultdict(list))
    cancelled: dict[str, Came] = field(default_factory=dict)
    cancelled_sailing: str = ""

    async def work_all_the_time(self) -> None:
        """One act after another; a sailing is cancelled once."""
        began = time.monotonic()
        acts: list[Callable[[], Awaitable[None]]] = [
            self._delay, self._close_and_open, self._give_back, self._correct, self._cancel,
        ]  # fmt: skip
        while self.running:
            await self.dice.choice(acts)()
            if time.monotonic() - began > _CANCELS_A_SAILING_AFTER_SECONDS:
                await self._cancel_a_sailing()
            await asyncio.sleep(self.dice.uniform(0.3, 1.5))

    async def _delay(self) -> None:
        one = await self._sailing(self.dice.choice(_DAYS))
        if one is None or one["status"] == "cancelled":
            return
        leaves = _instant(one["departs_at"]) + timedelta(minutes=self.dice.randrange(5, 120, 5))
        lasts = _instant(one["arrives_at"]) - _instant(one["departs_at"])
        came = await self.act(
            "times", f"/api/v1/sailings/{one['id']}/times",
            {
                "version": one["version"], "reason": "technical",
                "expected_departs_at": leaves.isoformat(),
                "expected_arrives_at": (leaves + lasts).isoformat(),
            },
        )  # fmt: skip
        before = one["expected_departs_at"] and _instant(one["expected_departs_at"])
        known = self.expected_times.setdefault(one["id"], {before})
        add_possible(known, leaves, came)

    async def _close_and_open(self) -> None:
        one = await self._sailing(self.dice.choice(_DAYS))
        for verb in ("close", "open"):
            if one is None or one["status"] == "cancelled":
                return
            await self.act(verb, f"/api/v1/sailings/{one['id']}/{verb}", _version(one))
            await asyncio.sleep(self.dice.uniform(0.5, 2.0))
            one = await self._look(f"/api/v1/sailings/{one['id']}")

    async def _cancel_a_sailing(self) -> None:
        one = None if self.cancelled_sailing else await self._sailing(_DAYS[-1])
        if one is None:
            return
        body = _version(one) | {"reason": "technical"}
        came = await self.act("cancel", f"/api/v1/sailings/{one['id']}/cancel", body)
        if came is not Came.REFUSED:
            self.cancelled_sailing = one["id"]

    async def _give_back(self) -> None:
        """A little of the money, and a second click beside the first."""
        found = await self._booking()
        if found is None or found[1]["refundable_minor"] <= _GOODWILL_MINOR:
            return
        path, file = found
        body = {
            "amount_minor": _GOODWILL_MINOR, "claimed_minor": file["claimed_minor"],
            "note": "The heating was broken.",
        }  # fmt: skip
        clicks = [self.act("refund", f"{path}/refund", body) for _ in range(2)]
        self.goodwill[file["booking"]["reference"]] += await asyncio.gather(*clicks)

    async def _correct(self) -> None:
        found = await self._booking()
        if found is None:
            return
        path, file = found
        booking = file["booking"]
        address = f"n{self.dice.randrange(10**9)}@example.org"
        came = await self.act("contact", f"{path}/contact", {"email": address, "language": "de"})
        known = self.addresses.setdefault(booking["reference"], {booking["email"]})
        add_possible(known, address, came)

    async def _cancel(self) -> None:
        found = await self._booking()
        if found is None or found[1]["quote"] is None or self.dice.random() < 0.5:
            return
        path, file = found
        fee_minor = file["quote"]["fee"]["amount_minor"]
        body = {"fee_minor": fee_minor, "reason": "customer"}
        self.cancelled[file["booking"]["reference"]] = Came.UNKNOWN
        came = await self.act("cancel", f"{path}/cancel", body)
        self.cancelled[file["booking"]["reference"]] = came

    async def _sailing(self, days: int) -> dict[str, Any] | None:
        day = datetime.now(UTC).date() + timedelta(days=days)
        query = f"day={day}&port={HOT_ROUTE[0]}"
        page = await self._look(f"/api/v1/sailings?{query}")
        found = [
            one for one in (page or {}).get("sailings", [])
            if one["remote_key"] is None and one["status"] in ("scheduled", "closed")
        ]  # fmt: skip
        return self.dice.choice(found) if found else None

    async def _booking(self) -> tuple[str, dict[str, Any]] | None:
        paid = [one for one in self.traffic.promises if one.status == "paid"]
        if not paid:
            return None
        path = f"/api/v1/back-office/bookings/{self.dice.choice(paid[-50:]).reference}"
        file = await self._look(path)
        stands = file is not None and file["yours"] and file["booking"]["status"] == "confirmed"
        return (path, file) if file is not None and stands else None

    async def stands(self, reference: str) -> bool:
        """Return whether a booking is confirmed, as far as staff can see now."""
        file = await self._look(f"/api/v1/back-office/bookings/{reference}")
        return file is not None and file["booking"]["status"] == "confirmed"

    async def _look(self, path: str) -> dict[str, Any] | None:
        answer = await self.calls.ask("staff looks", "GET", path, _CALLER, headers=self._headers)
        return answer.body if answer.status == 200 else None

    async def act(self, verb: str, path: str, body: dict[str, Any]) -> Came:
        """Send it until there is an answer."""
        missing = False
        for attempt in range(_TRIES):
            answer = await self.calls.ask(
                f"staff {verb}", "POST", path, _CALLER, json=body, headers=self._headers
            )
            if answer.status == 200:
                self.acts[f"{verb} done"] += 1
                return Came.DONE
            if answer.status not in _NOT_KNOWN | {429}:
                break
            missing |= answer.status in _NOT_KNOWN
            await asyncio.sleep(min(3.0, FIRST_PAUSE_SECONDS * 2**attempt))
        came = Came.UNKNOWN if missing else Came.REFUSED
        self.acts[f"{verb} {came}"] += 1
        return came

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def excuses(self, promise: Promise, booking: dict[str, Any]) -> bool:
        """Return whether a booking is not as its passenger knows it because of what we did."""
        came = self.cancelled.get(promise.reference)
        by_us = came in (Came.DONE, Came.UNKNOWN)
        return by_us or self.cancelled_sailing in booking["sailing_ids"]


def add_possible(known: set[Any], value: Any, came: Came) -> None:
    """Let `known` be all that may stand in the books after an act that sets this value."""
    if came is Came.DONE:
        known.clear()
    if came is not Came.REFUSED:
        known.add(value)


def _version(one: dict[str, Any]) -> dict[str, Any]:
    return {"version": one["version"]}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
