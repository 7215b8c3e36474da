"""Where figures and events come from, as pages of ports, ships and the weather say it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

from maritime_app import clock
from maritime_app.ops.style_page import cast

_PUBLISHED: Final[dict[str, Any]] = {
    "source": "unctad",
    "source_url": "https://unctad.org/",
    "licence": "CC BY 3.0 IGO",
    "report": "US.PLSCI",
    "origin": "unctad.org",
    "version": "7",
    "retrieved_at": cast.LEAVES,
}


def pieces() -> dict[str, Any]:
    """Return what templates/ops/style_page/_sources.html shows."""
    now = clock.now()
    return {
        "figures_from": [SimpleNamespace(**_PUBLISHED, invented=flag) for flag in (False, True)],
        "weather_from": [
            SimpleNamespace(invented=flag, stale=flag, retrieved_at=now) for flag in (False, True)
        ],
        "arrivals": _arrivals(),
        "told_at": cast.LANDS,
        "event_list": SimpleNamespace(next_cursor="2", total=120),
        "found_ships": SimpleNamespace(
            q="aurora",
            ports=[cast.PIRAEUS],
            matches=[SimpleNamespace(mmsi=1, name=None, type="passenger", seen_at=now)],
        ),
    }


def _arrivals() -> list[SimpleNamespace]:
    within = timedelta(minutes=20)
    return [
        SimpleNamespace(
            port="GRHER",
            port_name="Heraklion",
            median_at=cast.LANDS,
            low_at=cast.LANDS - within,
            high_at=cast.LANDS + within,
            basis="passages",
            passages=12,
            refusal=None,
        ),
        SimpleNamespace(port_name=None, median_at=None, basis=None, refusal="stale_position"),
    ]
