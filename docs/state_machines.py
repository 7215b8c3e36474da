"""Write docs/state-machines.md from every table of states in the code: `make docs`."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from maritime_app.state_machine import StateMachine

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "state-machines.md"
INTRODUCTION = """# State machines

Drawn by `make docs` from the tables in each domain's `states.py`, which the code asks; do not edit
it. What leads nowhere is not allowed. `tests/test_state_machines.py` walks every state with every
event.
"""


def machines() -> Iterator[tuple[ModuleType, StateMachine[Any, Any]]]:
    """Every state machine of the application, and the module that holds its table."""
    for file in sorted((ROOT / "maritime_app").rglob("states.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name)
        for found in vars(module).values():
            if isinstance(found, StateMachine):
                yield module, found


def section(module: ModuleType, machine: StateMachine[Any, Any]) -> str:
    """One noun: where its table stands, the diagram, and the effects in words."""
    path = module.__name__.replace(".", "/") + ".py"
    rows = "\n".join(
        f"| {row.state} | {row.event} | {row.next_state} | {row.effect} |"
        for row in machine.transitions
    )
    return f"""
## {machine.noun.capitalize()}

`{path}`

```mermaid
{machine.diagram()}
```

| state | event | next state | effect |
|---|---|---|---|
{rows}
"""


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(section(*found) for found in machines())


if __name__ == "__main__":
    PAGE.write_text(page())
