"""A state machine as one table: in which state an event is allowed, where it leads, what it causes.

A domain's `states.py` writes the table; services ask it, `docs/state-machines.md` is drawn from it,
and one test walks every state with every event.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class Transition(Struct, Generic[S, E], frozen=True):
    """One row: `event` in `state` leads to `next_state`; `effect` says what else happens."""

    state: S
    event: E
    next_state: S
    effect: str


class StateMachine(Generic[S, E]):
    """The table of one noun. Two rows for the same state and event are a mistake: ValueError."""

    def __init__(self, noun: str, initial: S, transitions: Iterable[Transition[S, E]]) -> None:
        self.noun = noun
        self.initial = initial
        self.transitions = tuple(transitions)
        self._rows = {(row.state, row.event): row for row in self.transitions}
        if len(self._rows) != len(self.transitions):
            raise ValueError(f"{noun}: an event leads from one state to two")

    def after(self, state: S, event: E) -> S | None:
        """Return the state that the event leads to, or None where it is not allowed."""
        row = self._rows.get((state, event))
        return row.next_state if row else None

    def before(self, event: E) -> list[S]:
        """Return the states in which the event is allowed: what a compare-and-set may come from."""
        return [row.state for row in self.transitions if row.event is event]

    def target(self, event: E) -> S:
        """Return the one state that the event leads to. Raise ValueError if it leads to several."""
        states = {row.next_state for row in self.transitions if row.event is event}
        if len(states) != 1:
            raise ValueError(f"{self.noun}: {event} leads to {sorted(states) or 'nothing'}")
        return states.pop()

    def is_final(self, state: S) -> bool:
        """Return whether no event leads out of the state."""
        return all(row.state is not state for row in self.transitions)

    def diagram(self) -> str:
        """Return the table as a Mermaid state diagram (https://mermaid.js.org)."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {row.state} --> {row.next_state}: {row.event}" for row in self.transitions]
        ends = dict.fromkeys(row.next_state for row in self.transitions)
        lines += [f"    {state} --> [*]" for state in ends if self.is_final(state)]
        return "\n".join(lines)
