"""A copy of the service with staff of every role, their tokens, and two guests' bookings."""

import asyncio
import datetime as dt
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.attack.wire import Browser
from maritime_app import domains
from maritime_app.accounts import tokens
from maritime_app.accounts.model import NewPersonRequest
from maritime_app.accounts.permissions import Role, grantable
from maritime_app.accounts.staff import service as staff
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.resources import open_resources
from maritime_app.settings import file as settings_file

ROOT = Path(__file__).resolve().parent.parent.parent
_START_SECONDS = 300.0  # on a machine that is busy otherwise


@dataclass(frozen=True)
class Target:
    """Where it answers, its process, and who may do what there."""

    base: str
    pid: int
    tokens: dict[str, str]  # by role
    mine: dict[str, Any]  # a guest's booking
    theirs: dict[str, Any]  # another guest's


@asynccontextmanager
async def target(folder: Path) -> AsyncIterator[Target]:
    """Start a copy of its own in that folder; it ends when this is left."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MARITIME_")}
    port = free_port()
    environment = kept | {
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "SANDBOX_PORT": str(free_port()),
        "SANDBOX_SMTP_PORT": str(free_port()),
        "MARITIME_WEB_IDLE_SECONDS": "15",
    }
    with (folder / "log").open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "run.py", cwd=ROOT, env=environment, stdout=out, stderr=out
        )
        try:
            base = f"http://127.0.0.1:{port}"
            await _until_ready(base)
            yield await _prepared(base, process.pid, folder, environment)
        finally:
            process.terminate()
            await process.wait()


async def _until_ready(base: str) -> None:
    async with Browser(base) as browser, asyncio.timeout(_START_SECONDS):
        while True:
            try:
                if (await browser.call("GET", "/readyz"))[0] == 200:
                    return
            except OSError:
                pass
            await asyncio.sleep(0.5)


async def _prepared(base: str, pid: int, folder: Path, environment: dict[str, str]) -> Target:
    servers = json.loads((folder / "embedded.json").read_text())
    settings = settings_file.load(
        environment | {"DATABASE_URL": servers["database_url"], "REDIS_URL": servers["redis_url"]}
    )
    made = {}
    async with open_resources(settings, domains.PARTS) as res:
        for role in Role:
            person = NewPersonRequest(f"{role}@attack.example", f"The {role}", role)
            who, _password = await staff.add(res, None, person)
            made[str(role)] = await tokens.make(res, None, who, "attack", set(grantable(role)))
    async with Browser(base) as browser:
        sailing = await _sailing(browser)
        mine, theirs = [await _booking(browser, sailing, name) for name in ("Lund", "Berg")]
    return Target(base, pid, made, mine, theirs)


async def _sailing(browser: Browser) -> str:
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    where = f"/api/v1/ferries/search?from=GRPIR&to=GRHER&date={day}&adults=1"
    for _ in range(30):
        status, body = await browser.call("GET", where)
        offers = json.loads(body)["outbound"] if status == 200 else []
        for offer in offers:
            if offer["bookable"] and offer["operator"]["kind"] == "house":
                found: str = offer["sailing_id"]
                return found
        await asyncio.sleep(1)
    raise RuntimeError("no sailing can be booked")


async def _booking(browser: Browser, sailing: str, family: str) -> dict[str, Any]:
    ask = {
        "legs": [{"sailing_id": sailing}],
        "passengers": [{"given_name": "Ada", "family_name": family, "birth_date": "1990-04-02"}],
        "contact": {"email": f"{family.lower()}@example.org"},
    }
    status, body = await browser.call("POST", "/api/v1/bookings", json=ask)
    if status != 201:
        raise RuntimeError(f"cannot book: {status} {body[:200]!r}")
    booked: dict[str, Any] = json.loads(body)
    return booked | {"sailing_id": sailing}
