"""The faults that are on now, and who wants to know."""

import random
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.sandbox.model import Faults


class FaultSwitches:
    """Holds the present faults. Parts ask it at every request, so a switch works at once."""

    def __init__(self, first: Faults, seed: int) -> None:
        self._first = first
        self.faults = first
        self.dice = random.Random(seed)

    def change(self, patch: Mapping[str, Any]) -> Faults:
        """Lay a partial, nested patch over the present faults.

        Raises msgspec.ValidationError naming the switch that does not exist or has the wrong type.
        """
        self.faults = msgspec.convert(
            merged(msgspec.to_builtins(self.faults), patch), Faults, strict=False
        )
        return self.faults

    def reset(self) -> Faults:
        """Back to the faults the sandbox was started with."""
        self.faults = self._first
        return self.faults

    def happens(self, rate: float) -> bool:
        """Throw the dice: true in that share of the calls."""
        return rate > 0 and self.dice.random() < rate


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """`patch` laid over `base`, level by level."""
    out = dict(base)
    for key, value in patch.items():
        old = out.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        out[key] = merged(old, value) if both and isinstance(old, Mapping) else value
    return out


FAULT_SWITCHES: web.AppKey[FaultSwitches] = web.AppKey("sandbox_fault_switches", FaultSwitches)
