"""The switches: by JSON, by form, by scenario, and back."""

import pytest

from maritime_app.sandbox.control.routes import parts, switches_of
from maritime_app.sandbox.control.scenarios import SCENARIOS
from maritime_app.sandbox.control.switch_help import SWITCH_HELP
from maritime_app.sandbox.model import Faults, OperatorFaults


async def test_it_works(http, sandbox, switch):
    state = await switch({"stripe": {"duplicates": 3}, "operators": {"NDL": {"down": True}}})
    assert state["stripe"]["duplicates"] == 3
    assert state["operators"]["NDL"]["down"] is True
    assert state["operators"]["NDL"]["call_latency_seconds"] == 0
    assert state["operators"]["THA"]["down"] is False
    async with http.post(f"{sandbox.url}/control/reset", json={}) as answer:
        assert (await answer.json())["stripe"]["duplicates"] == 1


async def test_the_page_changes_them_too(http, sandbox):
    form = {"stripe.reorder": "true", "stripe.timeout_rate": "0.25", "ais.fault": "silence"}
    async with http.post(f"{sandbox.url}/control", data=form) as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "<script" not in page
    async with http.get(f"{sandbox.url}/control/state.json") as answer:
        state = await answer.json()
    assert (state["stripe"]["reorder"], state["stripe"]["timeout_rate"]) == (True, 0.25)
    assert state["ais"]["fault"] == "silence"


async def test_what_does_not_exist_is_named(http, sandbox):
    for patch in (
        {"stripe": {"colour": 1}},
        {"stripe": {"duplicates": "many"}},
        {"ais": {"fault": "fog"}},
    ):
        async with http.post(f"{sandbox.url}/control", json=patch) as answer:
            assert answer.status == 400
            assert "$." in (await answer.json())["error"]
    async with http.post(f"{sandbox.url}/control", data={"stripe.duplicates": "many"}) as answer:
        assert answer.status == 400
        assert "duplicates" in await answer.text()


async def test_the_first_page_names_what_is_played(http, sandbox):
    async with http.get(sandbox.url) as answer:
        page = await answer.text()
    for word in (
        "/stripe",
        "/operators/NDL",
        "/operators/THA",
        "/mailbox",
        "/control",
        str(sandbox.smtp_port),
    ):
        assert word in page


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_scenario_is_one_button(http, sandbox, name):
    """It is on, everything else is back, and the page says so and what to look at."""
    async with http.post(f"{sandbox.url}/control", json={"stripe": {"latency_seconds": 9}}):
        pass
    async with http.post(f"{sandbox.url}/control/scenario", data={"name": name}) as answer:
        page = await answer.text()
    assert SCENARIOS[name].title in page
    assert "(on)" in page
    async with http.get(f"{sandbox.url}/control/state.json") as answer:
        state = await answer.json()
    assert state["stripe"]["latency_seconds"] == 0
    assert contains(state, SCENARIOS[name].patch)


async def test_an_unknown_scenario_is_named(http, sandbox):
    async with http.post(f"{sandbox.url}/control/scenario", json={"name": "mutiny"}) as answer:
        assert answer.status == 400
        assert "refused" in (await answer.json())["error"]


def test_every_choice_of_a_switch_is_explained():
    for title, prefix, part in parts(Faults(operators={"NDL": OperatorFaults()})):
        for switch in switches_of(prefix, part):
            for choice in filter(None, switch["choices"]):
                assert f"{choice}:" in switch["help"], (title, switch["name"], choice)


def test_nothing_is_explained_that_there_is_not():
    faults = Faults(operators={"NDL": OperatorFaults()})
    names = {
        f"{prefix.partition('.')[0]}.{switch['name'].rpartition('.')[2]}"
        for _title, prefix, part in parts(faults)
        for switch in switches_of(prefix, part)
    }
    assert set(SWITCH_HELP) <= names


async def test_the_timeline_has_what_was_asked(http, sandbox):
    async with http.get(f"{sandbox.url}/operators/NOBODY/timetable"):
        pass
    async with http.get(f"{sandbox.url}/control") as answer:
        page = await answer.text()
    assert "GET /operators/NOBODY/timetable" in page


def contains(state, patch):
    """Whether every switch of the patch is as it says."""
    return all(
        contains(state[key], value) if isinstance(value, dict) else state[key] == value
        for key, value in patch.items()
    )
