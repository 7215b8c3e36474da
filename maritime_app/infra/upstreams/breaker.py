"""A circuit breaker: a service that does not answer is left alone, then probed by one caller."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

from maritime_app.infra.telemetry import metrics

STATE = metrics.gauge("breaker_state", "circuit breakers: 0 closed, 1 half open, 2 open", ("name",))


class BreakerState(Enum):
    """closed: calls go through; open: none does; half_open: one probe is under way."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class BreakerOpen(Exception):
    """The call was not made; trying again makes sense after `retry_after_seconds`."""

    def __init__(self, name: str, retry_after_seconds: float) -> None:
        super().__init__(f"{name} is not asked for another {retry_after_seconds:.1f} s")
        self.retry_after_seconds = retry_after_seconds


class Breaker:
    """Opens after `failures_to_open` failures in a row, for `open_seconds`; then a single probe
    decides.

    Belongs to one event loop: nothing here waits, so no lock is needed.
    """

    def __init__(
        self,
        name: str,
        *,
        failures_to_open: int = 5,
        open_seconds: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.failures_in_a_row = 0
        self._failures_to_open = failures_to_open
        self._open_seconds = open_seconds
        self._clock = clock
        self._opened_at = 0.0
        self._state = BreakerState.CLOSED
        self._gauge = STATE.labels(name)
        self._gauge.set(0)

    @property
    def state(self) -> BreakerState:
        """The state now. An open breaker stays open until a caller that may probe comes."""
        return self._state

    @contextmanager
    def guard(self, *failures: type[BaseException]) -> Iterator[None]:
        """Make one call inside: exceptions of the `failures` kinds count against the service,
        others for it; a cancelled call is no verdict.

        Raise BreakerOpen instead of making the call.
        """
        probing = self._admit()
        verdict: bool | None = None
        try:
            yield
            verdict = True
        except failures:
            verdict = False
            raise
        except Exception:
            verdict = True
            raise
        finally:
            self._judge(verdict, probing)

    def _admit(self) -> bool:
        """Return whether the call that may now be made is the probe."""
        if self._state is BreakerState.CLOSED:
            return False
        waited = self._clock() - self._opened_at
        if self._state is BreakerState.HALF_OPEN or waited < self._open_seconds:
            raise BreakerOpen(self.name, max(0.0, self._open_seconds - waited))
        self._become(BreakerState.HALF_OPEN)
        return True

    def _judge(self, verdict: bool | None, probing: bool) -> None:
        if probing and verdict is None:
            # The probe was given up: the next caller may try at once.
            self._become(BreakerState.OPEN)
        elif verdict:
            self.failures_in_a_row = 0
            if probing:
                self._become(BreakerState.CLOSED)
        elif verdict is False:
            self.failures_in_a_row += 1
            if probing or (
                self._state is BreakerState.CLOSED
                and self.failures_in_a_row >= self._failures_to_open
            ):
                self._opened_at = self._clock()
                self._become(BreakerState.OPEN)

    def _become(self, state: BreakerState) -> None:
        self._state = state
        self._gauge.set(state.value)
