"""A verb that waits before its n-th statement while another one runs to its end, or to a lock."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from types import CoroutineType
from typing import Any

import pytest

from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from tests.rows import value

Verb = Callable[[], Awaitable[Any]]
_WAITS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and wait_event_type = 'Lock'"
)
_END = ("commit", "rollback")


class _Pause:
    """Counts the statements of one task, and stops it before one of them."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.said: list[str] = []
        self.reached, self.over = asyncio.Event(), asyncio.Event()

    async def step(self, statement: str) -> None:
        self.said.append(statement)
        if len(self.said) == self._at:
            self.reached.set()
            await self.over.wait()

    def after_transaction(self) -> int:
        """The statement behind the transaction in whose midst it stopped: what waits for a lock
        waits until then.
        """
        rest = range(self._at - 1, len(self.said))
        return next((at + 2 for at in rest if self.said[at] in _END), self._at + 1)


_PAUSE: ContextVar[_Pause | None] = ContextVar("pause", default=None)


class Meeting:
    """Lets two verbs meet at each statement of the first."""

    def __init__(self, res: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
        self._res = res
        self._at: int | None = 1
        real = Conn._answered

        async def answered(conn: Conn, statement: "CoroutineType[Any, Any, Any]") -> Any:
            if pause := _PAUSE.get():
                frame = statement.cr_frame
                await pause.step(frame.f_locals.get("query", "") if frame else "")
            return await real(conn, statement)

        monkeypatch.setattr(Conn, "_answered", answered)

    @property
    def goes_on(self) -> bool:
        """Whether there is another statement to meet at."""
        return self._at is not None

    async def meet(self, first: Verb, second: Verb) -> list[Any]:
        """Let `first` wait, `second` run, then both end; return what they returned or raised."""
        assert self._at is not None
        pause = _Pause(self._at)
        _PAUSE.set(pause)
        waiting = asyncio.ensure_future(first())
        _PAUSE.set(None)
        reached = asyncio.ensure_future(pause.reached.wait())
        await asyncio.wait([waiting, reached], return_when=asyncio.FIRST_COMPLETED)
        is_paused = pause.reached.is_set()
        running = asyncio.ensure_future(second())
        async with asyncio.timeout(60):
            while is_locked := not running.done() and is_paused:
                if await value(self._res, _WAITS):
                    break
                await asyncio.sleep(0.002)
            pause.over.set()
            reached.cancel()
            said = await asyncio.gather(waiting, running, return_exceptions=True)
        self._at = (pause.after_transaction() if is_locked else self._at + 1) if is_paused else None
        return list(said)
