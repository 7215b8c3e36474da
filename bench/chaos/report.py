"""What happened, for people and as JSON."""

import json
from pathlib import Path
from typing import Any

from bench.chaos.api import Calls
from bench.chaos.faults import Troublemaker
from bench.chaos.traffic import Traffic
from bench.chaos.world import World

_SHOWN = 40


def tell(facts: dict[str, Any]) -> None:
    """Print the report."""
    print(
        f"\nchaos, seed {facts['seed']}, {facts['minutes']} min"
        + (f", without the {facts['control']}" if facts["control"] else "")
    )
    print(f"\n{len(facts['faults'])} faults")
    for fault in facts["faults"]:
        print(f"  {fault['at_seconds']:6.1f} s  {fault['name']}  ({fault['lasted_seconds']:.1f} s)")
    print("\nanswers")
    for name, count in sorted(facts["answers"].items()):
        print(f"  {count:6d}  {name}")
    print(
        "\npassengers: "
        + ", ".join(f"{count} {word}" for word, count in sorted(facts["passengers"].items()))
    )
    print(f"staff: {_acts(facts['staff'])}\ndashboard: {_acts(facts['dashboard'])}")
    print(f"\n{sum(facts['unexpected'].values())} unexpected answers")
    for name, count in facts["unexpected"].items():
        print(f"  {count:6d}  {name}: {facts['examples'].get(name, '')}")
    for name, codes in facts["ended_by_themselves"].items():
        print(f"  process {name} ended by itself with {codes}")
    left = ", ".join(f"{count} {what}" for what, count in facts["left"].items()) or "nothing"
    print(f"\nsettled in {facts['settled_seconds']:.1f} s; left under way: {left}")
    print(
        "looked at: "
        + ", ".join(f"{count} {what}" for what, count in sorted(facts["looked_at"].items()))
    )
    if facts["restarts"]:
        print(
            f"{facts['requests_over_restarts']:,} requests over {facts['restarts']} restarts beside"
            f" the passengers'; map sockets reconnected {facts['sockets_reconnected']} times"
        )
    if facts["promotions_away_seconds"]:
        away = ", ".join(f"{seconds:.1f} s" for seconds in facts["promotions_away_seconds"])
        print(f"after a standby was promoted somebody could book again after {away}")
    if facts["hand_overs_seconds"]:
        taken = ", ".join(f"{seconds:.2f} s" for seconds in facts["hand_overs_seconds"])
        print(f"the ships had a new leader after {taken}")
    print(f"\n{len(facts['broken'])} broken invariants")
    for line in facts["broken"][:_SHOWN]:
        print(f"  {line}")
    if len(facts["broken"]) > _SHOWN:
        print(f"  ... and {len(facts['broken']) - _SHOWN} more in the JSON report")


def _acts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {act}" for act, count in sorted(counts.items()))


def gather(
    here: World, trouble: Troublemaker, traffic: Traffic, calls: Calls, more: dict[str, Any]
) -> dict[str, Any]:
    """Everything worth keeping."""
    passengers: dict[str, int] = {}
    for promise in traffic.promises:
        passengers[promise.status] = passengers.get(promise.status, 0) + 1
    ended = {one.name: one.ended_by_itself for one in here.processes if one.ended_by_itself}
    return more | {
        "faults": [vars(fault) for fault in trouble.injected],
        "answers": dict(calls.counts),
        "unexpected": dict(calls.unexpected),
        "examples": calls.examples,
        "passengers": passengers,
        "ended_by_themselves": ended,
    }


def keep(facts: dict[str, Any], file: Path) -> None:
    """Write the report as JSON."""
    file.write_text(json.dumps(facts, indent=1, default=str))
    print(f"\nreport: {file}")
