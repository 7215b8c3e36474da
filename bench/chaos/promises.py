"""What one passenger was told, filled in as answers come."""

import time
from dataclasses import dataclass, field


@dataclass
class Promise:
    """What one passenger knows."""

    key: str
    reference: str = ""
    surname: str = ""
    token: str = ""
    status: str = "asked"  # asked, refused, booked, paid, declined, abandoned, cancelled
    remote: bool = False
    total_minor: int = 0
    fee_minor: int | None = None
    others: list[str] = field(default_factory=list)  # other sailings that were offered
    totals: set[int] = field(default_factory=set)  # what it may cost after a change, if any
    history: list[str] = field(default_factory=list)

    def note(self, word: str) -> None:
        """Write down what was answered, and when."""
        self.history.append(f"{time.strftime('%H:%M:%S')} {word}")
