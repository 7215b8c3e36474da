"""What visitors have pulled by looking at it is asked for again by the next one who looks: a
service that is away, or a day's allowance that is used up, calls nobody for each port and place.
"""

import pytest

from maritime_app import domains
from maritime_app.ports.daily_calls.model import DISRUPTIONS, PORTWATCH
from maritime_app.weather.model import SANDBOX_SOURCE, SOURCE

TASKS = {task.name: task for task in domains.TASKS}


@pytest.mark.parametrize("source", [SOURCE, SANDBOX_SOURCE, PORTWATCH, DISRUPTIONS])
def test_it_works(source):
    task = TASKS[source.task]

    assert 0 < task.again_seconds <= max(source.min_pause.total_seconds(), 300)
