"""Somebody at Stripe's dashboard, and the customers' banks: money goes back without us.

They refund a part of a payment of the run or all of it, dispute one, and close disputes, won or
lost. After a lost one staff now and then decide about the journey. What happened is read from
Stripe when the books are judged; only what staff decided is remembered here.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bench.chaos.api import Calls
from bench.chaos.staff import Came, Staff
from bench.chaos.traffic import Traffic

_PAUSE_SECONDS = (1.5, 4.0)
_TRIES = 20
_WHOLE_SHARE = 0.3  # of the refunds give all of it back
_BY_STRIPE = {"Authorization": "Bearer sk_test_dashboard"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What staff decided about a journey after a lost dispute, and what came of saying so."""

    reference: str
    decision: str
    came: Came


@dataclass
class Dashboard:
    """One person, and every bank."""

    calls: Calls
    traffic: Traffic
    staff: Staff
    dice: random.Random
    running: bool = True
    acts: Counter[str] = field(default_factory=Counter)
    decided: dict[str, Decision] = field(default_factory=dict)  # by the dispute

    async def work_all_the_time(self) -> None:
        """One act after another, all on bookings that passengers have paid for."""
        acts: list[Callable[[], Awaitable[None]]] = [
            self._refund, self._dispute, self._close_one, self._decide,
        ]  # fmt: skip
        while self.running:
            await self.dice.choice(acts)()
            await asyncio.sleep(self.dice.uniform(*_PAUSE_SECONDS))

    def ended(self, reference: str) -> bool:
        """Return whether staff ended a booking after a lost dispute, or may have."""
        return any(
            (one.reference, one.decision) == (reference, "cancelled")
            for one in self.decided.values()
        )

    async def close_all(self) -> None:
        """Let the banks decide what is still open."""
        for _ in range(_TRIES):
            waiting = await self._disputes("needs_response")
            if not waiting:
                return
            for dispute in waiting:
                await self._close(dispute)

    async def _refund(self) -> None:
        paid = await self._payment()
        if paid is None:
            return
        body: dict[str, Any] = {"payment_intent": paid["id"]}
        if self.dice.random() > _WHOLE_SHARE:
            body["amount"] = self.dice.randrange(1, max(2, paid["amount_received"] // 3))
        await self._act("refund", "refunds", body)

    async def _dispute(self) -> None:
        paid = await self._payment()
        if paid is not None:
            await self._act("dispute", "disputes", {"charge": paid["latest_charge"]})

    async def _close_one(self) -> None:
        waiting = await self._disputes("needs_response")
        if waiting:
            await self._close(self.dice.choice(waiting))

    async def _close(self, dispute: dict[str, Any]) -> None:
        won = self.dice.random() < 0.5
        body = {"dispute": dispute["id"], "won": won}
        await self._act(f"close {'won' if won else 'lost'}", "disputes", body)

    async def _decide(self) -> None:
        """Staff decide about the journey of a lost dispute; who has not heard of it cannot yet."""
        lost = [one for one in await self._disputes("lost") if one["id"] not in self.decided]
        if not lost:
            return
        dispute = self.dice.choice(lost)
        path = f"/stripe/v1/payment_intents/{dispute['payment_intent']}"
        intent = await self._look(path)
        reference = intent["metadata"]["reference"] if intent else ""
        if not reference or not await self.staff.stands(reference):
            return
        decision = self.dice.choice(("honoured", "cancelled"))
        body = {"dispute_id": dispute["id"], "decision": decision}
        path = f"/api/v1/back-office/bookings/{reference}/decide"
        came = await self.staff.act("decide", path, body)
        if came is not Came.REFUSED:
            self.decided[dispute["id"]] = Decision(reference, decision, came)

    async def _payment(self) -> dict[str, Any] | None:
        """Return a payment of somebody who knows that they have paid, as Stripe has it."""
        paid = {one.reference for one in self.traffic.promises if one.status == "paid"}
        page = await self._look("/stripe/v1/payment_intents?limit=100")
        found = [
            one for one in (page or {}).get("data", [])
            if one["status"] == "succeeded" and one["metadata"].get("reference") in paid
        ]  # fmt: skip
        return self.dice.choice(found) if found else None

    async def _disputes(self, status: str) -> list[dict[str, Any]]:
        page = await self._look("/stripe/v1/disputes?limit=100")
        return [one for one in (page or {}).get("data", []) if one["status"] == status]

    async def _look(self, path: str) -> Any:
        answer = await self.calls.ask_provider("dashboard looks", "GET", path, headers=_BY_STRIPE)
        return answer.body if answer.status == 200 else None

    async def _act(self, verb: str, what: str, body: dict[str, Any]) -> None:
        answer = await self.calls.ask_provider(
            "dashboard acts", "POST", f"/control/{what}", json=body
        )
        came = {200: "done", 0: "not known"}.get(answer.status, "refused")
        self.acts[f"{verb} {came}"] += 1
