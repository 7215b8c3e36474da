"""Every report of UNCTADstat, asked for by hand: one after the other, each for itself."""

import pytest

from maritime_app.errors import Unavailable
from maritime_app.ports import jobs, service
from maritime_app.ports.statistics.tables import PULLED_REPORTS
from maritime_app.resources import Resources


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Reports for which nobody answers; the others are where they were."""
    reports = set[str]()

    async def sync(_res: Resources, report: str) -> str:
        if report in reports:
            raise Unavailable(f"UNCTAD says nothing of {report}.", retry_after_seconds=40)
        return f"{report}: still version 7"

    monkeypatch.setattr(service, "sync_unctad", sync)
    return reports


async def test_it_works(resources: Resources, silent: set[str]) -> None:
    said = await jobs.sync_unctad(resources)

    assert sorted(said.split("; ")) == sorted(f"{one}: still version 7" for one in PULLED_REPORTS)


async def test_a_silent_one_keeps_no_other_waiting(resources: Resources, silent: set[str]) -> None:
    """The task says what came of the others, and is tried again."""
    silent.add(PULLED_REPORTS[0])

    with pytest.raises(Unavailable) as told:
        await jobs.sync_unctad(resources)

    for report in PULLED_REPORTS[1:]:
        assert f"{report}: still version 7" in told.value.message
    assert "UNCTADstat did not answer for 1, was not asked for 0" in told.value.message


async def test_a_publisher_that_is_away_is_asked_three_times(
    resources: Resources, silent: set[str]
) -> None:
    silent.update(PULLED_REPORTS)

    with pytest.raises(Unavailable, match="did not answer for 3, was not asked for 4"):
        await jobs.sync_unctad(resources)


async def test_one_alone_says_itself_when_to_come_again(
    resources: Resources, silent: set[str]
) -> None:
    silent.add(PULLED_REPORTS[0])

    with pytest.raises(Unavailable) as told:
        await jobs.sync_unctad(resources, report=PULLED_REPORTS[0])

    assert told.value.retry_after_seconds == 40
