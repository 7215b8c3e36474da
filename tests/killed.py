"""A process that dies: at its n-th transaction, or at its n-th word to the outside."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from maritime_app.infra.db import Conn, Database
from maritime_app.payments.gateway import Stripe


class Killed(BaseException):
    """Nothing catches it but the test: what a process does after its death is nothing."""


class Death:
    """Counts steps and kills at one of them, before or after it was done.

    A step is a transaction, a statement of its own, or a call to Stripe.
    """

    def __init__(self, monkeypatch: Any) -> None:
        self._monkeypatch = monkeypatch
        self.at = 0  # never
        self.before = True
        self.steps = 0
        self._armed: ContextVar[bool] = ContextVar("armed", default=False)

    def arm(self, at: int, *, before: bool) -> None:
        """Die at that step from now on: only the task that calls this and the tasks that it starts,
        not its neighbours.
        """
        self.at, self.before, self.steps = at, before, 0
        self._armed.set(True)

    def install(self) -> None:
        """Watch the database and Stripe."""
        real = Database.transaction

        @asynccontextmanager
        async def transaction(db: Database) -> AsyncIterator[Conn]:
            self._step(before=True)
            async with real(db) as conn:
                yield conn
            self._step(before=False)

        self._monkeypatch.setattr(Database, "transaction", transaction)
        for name in ("create_session", "expire_session", "session", "intent", "refund"):
            called = getattr(Stripe, name)
            self._monkeypatch.setattr(Stripe, name, self._watched(called))

    def _watched(self, called: Callable[..., Any]) -> Callable[..., Any]:
        async def watched(*args: Any) -> Any:
            self._step(before=True)
            answer = await called(*args)
            self._step(before=False)
            return answer

        return watched

    def _step(self, *, before: bool) -> None:
        if not self._armed.get():
            return
        self.steps += before
        if self.at and (self.steps, before) == (self.at, self.before):
            self.at = 0
            raise Killed
