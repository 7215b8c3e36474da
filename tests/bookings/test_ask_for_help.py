"""What travellers ask is answered by the rules that hold here, and by a person if there is one."""

from datetime import timedelta

import pytest

from maritime_app.bookings import rights
from maritime_app.formatting import duration
from maritime_app.settings.file import SettingsError, load, replace

REACHED = {"email": "help@ferry.example", "phone": "+30 210 123 4567", "hours": "daily, 7 to 22"}


async def test_it_works(client):
    text = await page(client)

    assert "held for 30 min" in text
    assert "no address and no telephone number" in text
    assert "mailto:" not in text


async def test_it_says_what_is_set(client, resources):
    set_to(resources, bookings={"hold_minutes": 45.0}, boarding={"check_in_minutes": 20})

    text = await page(client)

    assert "held for 45 min" in text
    assert "it is 20 min before departure" in text


async def test_a_person_is_named_where_there_is_one(client, resources):
    set_to(resources, support=REACHED)

    text = await page(client)

    assert 'href="mailto:help@ferry.example"' in text
    assert 'href="tel:+302101234567"' in text
    assert "daily, 7 to 22" in text
    assert "no address and no telephone number" not in text


async def test_every_threshold_of_the_table_is_the_one_that_is_worked_out(client):
    text = await page(client)

    for scheduled in (4, 8, 24, 25):
        late = rights.quarter_from(timedelta(hours=scheduled))
        assert rights.compensation_percent(timedelta(hours=scheduled), late, None) == 25
        assert f">{duration(late)}</td>" in text
        assert f">{duration(2 * late)}</td>" in text


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SUPPORT_EMAIL", "help at ferry"),
        ("SUPPORT_EMAIL", "help@ferry.example\nBcc: all@ferry.example"),
        ("SUPPORT_PHONE", "0210 123"),
        ("SUPPORT_PHONE", "javascript:"),
    ],
)
def test_what_nobody_could_reach_is_refused_at_the_start(variable, value):
    with pytest.raises(SettingsError, match=f"environment variable {variable}: support"):
        load({variable: value})


def set_to(resources, **sections):
    object.__setattr__(resources, "settings", replace(resources.settings, **sections))


async def page(client):
    async with client.get("/help") as answer:
        assert answer.status == 200
        return await answer.text()
