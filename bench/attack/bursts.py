"""Guesses that are sent at once, and places that are held for nothing."""

import asyncio
import collections

from bench.attack.model import Finding
from bench.attack.target import Target
from bench.attack.wire import Browser

_GUESSES = 400
_SURNAMES, _PASSWORDS = 40, 8  # what settings.toml lets through at once
_MOST_PLACES = 100
_PARTY = 20


async def attack(target: Target) -> list[Finding]:
    """Send many guesses in parallel; then hold what can be held."""
    return [await _surnames(target), await _passwords(target), await _places(target)]


async def _surnames(target: Target) -> Finding:
    async with Browser(target.base) as browser:
        csrf = await browser.form_token("/bookings/find")
        forms = [
            {"csrf_token": csrf, "reference": "ABCDEFGH", "family_name": f"x{n}"}
            for n in range(_GUESSES)
        ]
        judged = await _judged(browser, "/bookings/find", forms)
    # Some tokens come back while the burst is under way.
    held = judged <= 2 * _SURNAMES
    return Finding("bursts", f"{_GUESSES} surnames at once: {judged} judged", held)


async def _passwords(target: Target) -> Finding:
    async with Browser(target.base) as browser:
        csrf = await browser.form_token("/sign-in")
        forms = [
            {"csrf_token": csrf, "email": "admin@attack.example", "password": f"guess {n}"}
            for n in range(_GUESSES)
        ]
        judged = await _judged(browser, "/sign-in", forms)
    held = judged <= 2 * _PASSWORDS
    return Finding("bursts", f"{_GUESSES} passwords at once: {judged} judged", held)


async def _judged(browser: Browser, path: str, forms: list[dict[str, str]]) -> int:
    answers = await asyncio.gather(*(browser.call("POST", path, data=form) for form in forms))
    seen = collections.Counter(status for status, _body in answers)
    return sum(seen.values()) - seen[429] - seen[503]


async def _places(target: Target) -> Finding:
    person = {"given_name": "Ada", "family_name": "Lund", "birth_date": "1990-04-02"}
    held = 0
    async with Browser(target.base) as browser:
        for number in range(20):
            ask = {
                "legs": [{"sailing_id": target.mine["sailing_id"]}],
                "passengers": [person] * _PARTY,
                "contact": {"email": f"nobody{number}@example.org"},
            }
            status, _body = await browser.call("POST", "/api/v1/bookings", json=ask)
            if status != 201:
                break
            held += _PARTY
    tried = f"places held by one address for nothing: {held}, then {status}"
    return Finding("bursts", tried, held <= _MOST_PLACES and status == 429)
