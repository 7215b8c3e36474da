"""Books of a run of chaos, and what its verdict says of promises, for tests of the verdict."""

from typing import Any

from bench.chaos import verdict
from bench.chaos.dashboard import Dashboard, Decision
from bench.chaos.outside import Outside
from bench.chaos.promises import Promise
from bench.chaos.staff import Staff

NOBODY: Any = None


def booking(status: str, **more: Any) -> dict[str, Any]:
    return {
        "status": status,
        "total_minor": 1000,
        "cancel_fee_minor": None,
        "owed_minor": 0,
        "covered_minor": 0,
        "change_intents": [],
        "goodwill_minor": 0,
        "sailing_ids": ["a sailing"],
        "remote": None,
        "operator_references": [None],
    } | more


def charge(identifier: str, refunded: int = 0) -> dict[str, Any]:
    return {
        "id": f"ch_{identifier}",
        "status": "succeeded",
        "payment_intent": f"pi_{identifier}",
        "amount": 1000,
        "amount_refunded": refunded,
    }


def intents(**references: str) -> dict[str, dict[str, Any]]:
    return {
        f"pi_{identifier}": {"metadata": {"reference": ref}}
        for identifier, ref in references.items()
    }


def unkept(
    bookings: dict[str, dict[str, Any]],
    promises: list[Promise],
    staff: Staff | None = None,
    outside: Outside | None = None,
    **decided: Decision,
) -> list[str]:
    acting = staff or Staff(NOBODY, NOBODY, NOBODY, "")
    dashboard = Dashboard(NOBODY, NOBODY, acting, NOBODY, decided=decided)
    return verdict._promises(bookings, promises, acting, outside or Outside(), dashboard)
