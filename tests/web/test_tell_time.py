"""The time of day at a place, as pages, tickets and mails say it."""

from datetime import UTC, datetime, timedelta

import pytest

from maritime_app import formatting, i18n
from maritime_app.ferries.model import Place

NIGHT = datetime(2026, 10, 25, tzinfo=UTC)  # Europe's clocks go back at 01:00 UTC


def told(zone, *times):
    i18n.use("en")
    found = [formatting.localtime(at, zone) for at in times]
    return [text.strip("\u2068\u2069") for text in found]


def test_it_works():
    noon = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert told("Europe/Athens", noon) == ["14:00"]
    assert told("Asia/Kathmandu", noon) == ["17:45"]
    assert told("UTC", noon) == ["12:00"]


def test_a_time_that_comes_twice_says_which_one_it_is():
    """Who takes the second for the first misses a boat by an hour."""
    halves = [NIGHT + timedelta(minutes=minutes) for minutes in (-30, 0, 30, 60, 90, 120)]
    assert told("Europe/Athens", *halves) == [
        "02:30",
        "03:00 UTC+3",
        "03:30 UTC+3",
        "03:00 UTC+2",
        "03:30 UTC+2",
        "04:00",
    ]


@pytest.mark.parametrize(
    ("zone", "at", "text"),
    [
        ("America/St_Johns", datetime(2026, 11, 1, 3, 45, tzinfo=UTC), "01:15 UTC-2:30"),
        ("America/St_Johns", datetime(2026, 11, 1, 4, 45, tzinfo=UTC), "01:15 UTC-3:30"),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 14, 45, tzinfo=UTC), "01:45 UTC+11"),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, 15, tzinfo=UTC), "01:45 UTC+10:30"),
        ("Europe/Athens", datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "04:00"),  # none comes twice
    ],
)
def test_by_half_hours_too(zone, at, text):
    assert told(zone, at) == [text]


def test_in_a_sentence_and_in_any_language():
    athens = Place("GRPIR", "Piraeus", "Europe/Athens")
    for language in ("en", "de", "ar"):
        i18n.use(language)
        assert "\u206803:30 UTC+3\u2069" in formatting.place_time(
            NIGHT + timedelta(minutes=30), athens
        )
