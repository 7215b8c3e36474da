"""What is followed for ever, and what a process that does nothing else keeps open: without all the
other domains it starts in three quarters of the time, and takes less memory.
"""

from typing import Any

from maritime_app.jobs.outbox import OUTBOX
from maritime_app.ops.figures import FIGURES
from maritime_app.ops.readiness import READINESS
from maritime_app.resources import Part
from maritime_app.vessels import consumer as vessels_consumer

STREAMS = [*vessels_consumer.STREAMS]

# As `domains.PARTS`, of which these are some.
PARTS: list[Part[Any]] = [OUTBOX, READINESS, FIGURES]
