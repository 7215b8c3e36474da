"""Every table of states: each state with each event, and the same states in the database."""

import re
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from docs import state_machines
from maritime_app.state_machine import StateMachine, Transition

MACHINES: dict[str, StateMachine[Any, Any]] = {
    machine.noun: machine for _module, machine in state_machines.machines()
}

# Nouns whose state is not a column.
WITHOUT_A_STATUS = {"boarding": "closed while a row of boarding_closing holds"}


def test_it_works():
    assert {"booking", "payment", "refund", "job"} <= set(MACHINES)


@pytest.mark.parametrize("noun", MACHINES)
def test_every_state_with_every_event(noun):
    """An event leads where a row says, and nowhere else; no state is out of reach, no event
    idle.
    """
    machine = MACHINES[noun]
    rows = {(row.state, row.event): row for row in machine.transitions}
    states, events = siblings(machine.initial), siblings(machine.transitions[0].event)
    for state, event in product(states, events):
        row = rows.get((state, event))
        assert machine.after(state, event) == (row.next_state if row else None)
        assert (state in machine.before(event)) == (row is not None)
        assert row is None or row.effect, f"{state}, {event}: what else happens?"
    for state in states:
        assert machine.is_final(state) == all(
            machine.after(state, event) is None for event in events
        )
    assert reached(machine) == set(states)
    assert {row.event for row in machine.transitions} == set(events)


def siblings(member: StrEnum) -> list[StrEnum]:
    """All members of the enumeration."""
    return list(type(member).__members__.values())


def reached(machine):
    """The states that some events lead to from the first one."""
    found: set[StrEnum] = set()
    new = {machine.initial}
    while new:
        found |= new
        new = {row.next_state for row in machine.transitions if row.state in found} - found
    return found


async def test_the_database_knows_the_same_states(db):
    """The table of each noun refuses every other state by a check constraint."""
    async with db.acquire() as conn:
        for noun, machine in MACHINES.items():
            if noun in WITHOUT_A_STATUS:
                continue
            checks = await conn.fetch(
                "select pg_get_constraintdef(oid) as text from pg_constraint"
                " where conrelid = $1::text::regclass and contype = 'c'"
                " and conname ~ '(status|state)_known$'",
                noun,
            )
            (check,) = checks
            known = set(re.findall(r"'(\w+)'::text", check["text"]))
            assert known == set(map(str, siblings(machine.initial))), noun


def test_the_page_is_drawn_from_the_tables():
    assert state_machines.PAGE.read_text() == state_machines.page(), "run `make docs`"


class Light(StrEnum):
    """A lamp, for the control below."""

    OFF = "off"
    ON = "on"


class Press(StrEnum):
    """What happens to it."""

    BUTTON = "button"


def test_one_event_does_not_lead_to_two_states():
    """The control: a table that contradicts itself is refused."""
    rows = [
        Transition(Light.OFF, Press.BUTTON, Light.ON, "it shines"),
        Transition(Light.OFF, Press.BUTTON, Light.OFF, "nothing"),
    ]
    with pytest.raises(ValueError, match="to two"):
        StateMachine("light", Light.OFF, rows)
