"""Where a process is in its life: starting, serving, draining before it ends."""

from collections.abc import Callable
from enum import StrEnum


class Phase(StrEnum):
    """What a process says of itself to whoever sends it work."""

    STARTING = "starting"
    SERVING = "serving"
    DRAINING = "draining"


class Lifecycle:
    """The phase of one process, and what is to be done when it begins to leave."""

    def __init__(self) -> None:
        self.phase = Phase.SERVING
        self.lives_without_redis = True
        self.spares_clients = False  # it was told to leave, and given time for it
        # Called with the seconds that the drain lasts: whoever holds lines open ends them by then.
        self.on_drain: list[Callable[[float], None]] = []

    @property
    def draining(self) -> bool:
        """Return whether no new work should come here."""
        return self.phase is Phase.DRAINING

    def drain(self, seconds: float) -> None:
        """Begin to leave: from now on this process is not ready, and says so."""
        self.phase = Phase.DRAINING
        self.spares_clients = seconds > 0
        for begin in self.on_drain:
            begin(seconds)
