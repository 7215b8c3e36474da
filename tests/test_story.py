"""The whole road in one process, as a newcomer starts it: run.py, over HTTP and sockets, from
search to refund.

A recorded ship moves on the map; a passenger searches, books, pays, gets the ticket by mail,
cancels, is
refunded; a port page shows an official figure; SIGTERM ends it all and leaves nothing running.
"""

import asyncio
import gzip
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from maritime_app.infra.embedded.free_port import free_port
from tests.factories import ADA, BO, CAR, CONTACT

ROOT = Path(__file__).resolve().parent.parent
RECORDED_MMSI = 259000420
FIGURES = """Quarter,Quarter Label,Port,Port Label,Index (Average Q1 2023 = 100),\
Index (Average Q1 2023 = 100) Footnote,Index (Average Q1 2023 = 100) Missing value
2023Q04,"Q4 2023",GRPIR,"Greece, Piraeus",312.25,,
2024Q01,"Q1 2024",GRPIR,"Greece, Piraeus",318.75,,
"""


class Fairway:
    """A running copy of the product with every role, and what it printed."""

    def __init__(self, folder: Path) -> None:
        self.ports = [free_port() for _ in range(3)]
        self.url, self.sandbox = (f"http://127.0.0.1:{port}" for port in self.ports[:2])
        self.folder = folder
        self.printed = ""
        self.environ = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("MARITIME_")
            },
            "HOST": "127.0.0.1",
            "PORT": str(self.ports[0]),
            "SANDBOX_PORT": str(self.ports[1]),
            "SANDBOX_SMTP_PORT": str(self.ports[2]),
            "VAR_DIR": str(folder / "var"),
            "MARITIME_LOG_FORMAT": "json",
        }

    async def command(self, *arguments: str) -> asyncio.subprocess.Process:
        """python run.py ARGUMENTS"""
        out = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "run.py", *arguments, cwd=ROOT, env=self.environ, stdout=out, stderr=out
        )


@pytest.fixture(scope="module")
async def fairway(
    tmp_path_factory: pytest.TempPathFactory, start_once: Callable[[str], None]
) -> AsyncIterator[Fairway]:
    start_once("fairway")
    made = Fairway(tmp_path_factory.mktemp("story"))
    recording = made.folder / "recorded.jsonl.gz"
    recording.write_bytes(gzip.compress(b"\n".join(recorded_ship())))
    made.environ["SANDBOX_AIS_REPLAY"] = str(recording)
    process = await made.command()
    assert process.stdout
    assert process.stderr
    noise = asyncio.create_task(process.stderr.read())
    async with asyncio.timeout(90):
        while "Ready." not in made.printed or "Ctrl-C" not in made.printed:
            line = await process.stdout.readline()
            assert line, (await noise).decode()
            made.printed += line.decode()
    yield made
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        await process.wait()
    said = (await noise).decode()
    assert process.returncode == 0, said[-2000:]
    assert "Traceback" not in said, said[said.index("Traceback") - 1500 :][:5000]


@pytest.fixture(scope="module")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    # A browser: cookies are kept, of 127.0.0.1 as well.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def test_it_works(fairway, http):
    for page in (
        "/",
        "/ferries",
        "/vessels",
        "/ports",
        "/bookings/find",
        "/sign-in",
        "/api/docs",
        "/readyz",
    ):
        async with http.get(fairway.url + page) as answer:
            assert answer.status == 200, page
            text = await answer.text()
        if answer.content_type == "text/html":
            assert "andbox" in text, f"{page} does not say that it is the sandbox"
    assert "its password" in fairway.printed


async def test_a_recorded_ship_moves_on_the_map(fairway, http):
    places: set[tuple[float, float]] = set()
    async with (
        http.ws_connect(f"{fairway.url}/vessels/live?format=json") as socket,
        asyncio.timeout(60),
    ):
        await socket.send_json({"viewport": [65.0, 11.0, 67.0, 14.0], "zoom": 8})
        while len(places) < 3:
            message = await socket.receive()
            assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
            for ship in json.loads(message.data).get("vessels", ()):
                if ship["mmsi"] == RECORDED_MMSI:
                    places.add((ship["lat"], ship["lon"]))

    box = "lat_min=65&lat_max=67&lng_min=11&lng_max=14"
    async with http.get(f"{fairway.url}/api/vessels/live-positions/?{box}") as answer:
        found = await answer.json()
    assert RECORDED_MMSI in [ship["mmsi"] for ship in found["vessels"]]
    assert found["feed"]["state"] == "live"
    async with http.get(f"{fairway.url}/api/vessels/live-positions/?lat_min=far") as answer:
        assert answer.status in (400, 422)


async def test_a_passenger_from_search_to_refund(fairway, http):
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    question = (
        f"{fairway.url}/api/v1/ferries/search?from=GRPIR&to=GRHER&date={day}&adults=2&vehicles=car"
    )
    async with http.get(question) as first:
        assert (first.status, first.headers["X-Cache"]) == (200, "miss")
    async with http.get(question) as second:
        assert (second.status, second.headers["X-Cache"]) == (200, "hit")
        found = await second.json()
    sailing = next(
        offer
        for offer in found["outbound"]
        if offer["bookable"] and offer["operator"]["kind"] == "house"
    )

    ask = {
        "legs": [{"sailing_id": sailing["sailing_id"]}],
        "passengers": [ADA, BO],
        "vehicles": [CAR],
        "contact": CONTACT,
    }
    async with http.post(
        f"{fairway.url}/api/v1/bookings", json=ask, headers={"Idempotency-Key": "story"}
    ) as held:
        assert held.status == 201
        booking = await held.json()
    assert booking["total"] == sailing["price"]

    async with http.get(booking["checkout_url"]) as form:
        page, address = await form.text(), form.url
    assert str(address).startswith(fairway.sandbox)
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    async with http.post(
        address, data=fields | {"number": "4242424242424242", "action": "pay"}
    ) as paid:
        assert str(paid.url).startswith(f"{fairway.url}/bookings/{booking['reference']}/return")

    ticket = await mail(fairway, http, "Your ticket")
    assert booking["reference"] in ticket["subject"]
    shown = await state(fairway, http, booking)
    assert shown["status"] == "confirmed"
    async with http.get(shown["ticket_url"]) as answer:
        assert answer.status == 200
        assert "<svg" in await answer.text()

    base = f"{fairway.url}/api/v1/bookings/{booking['reference']}"
    async with http.post(f"{base}/cancel-quote", json={"surname": "Berg"}) as answer:
        quote = await answer.json()
    cancel = {"token": booking["booking_token"], "fee_minor": quote["fee"]["amount_minor"]}
    async with http.post(f"{base}/cancel", json=cancel) as answer:
        assert answer.status == 200
        assert (await answer.json())["status"] == "cancelled"
    await mail(fairway, http, "is cancelled")
    await mail(fairway, http, "Your refund")
    (refund,) = (await state(fairway, http, booking))["refunds"]
    assert (refund["amount"], refund["status"]) == (quote["refund"], "succeeded")
    assert len(await mails(fairway, http)) == 4  # paid, ticket, cancelled, refunded: each once


async def test_a_port_page_shows_an_imported_figure(fairway, http):
    file = fairway.folder / "US_PLSCI.csv"
    file.write_text(FIGURES)
    importing = await fairway.command("import", "unctad", str(file))
    async with asyncio.timeout(60):
        out, err = await importing.communicate()
    assert importing.returncode == 0, err.decode()
    assert "stored" in out.decode()

    async with http.get(f"{fairway.url}/ports/GRPIR") as answer:
        assert answer.status == 200
        page = await answer.text()
    assert "318.75" in page or "318.8" in page
    assert "UNCTADstat" in page


async def test_the_task_monitor_is_for_staff(fairway, http):
    async with http.get(
        f"{fairway.url}/api/admin-tools/tasks/status/{'0' * 8}-0000-7000-8000-{'0' * 12}/"
    ) as answer:
        assert answer.status == 401
    password = re.search(r"its password\s+(\S+)", fairway.printed)
    assert password
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as staff:
        async with staff.get(f"{fairway.url}/sign-in") as form:
            token = re.search(r'name="csrf_token" value="([^"]+)"', await form.text())
        assert token
        entered = {
            "email": "admin@maritime.example",
            "password": password[1],
            "csrf_token": token[1],
        }
        async with staff.post(f"{fairway.url}/sign-in", data=entered) as signed_in:
            assert signed_in.status == 200, await signed_in.text()
        ask = {"task": "ops.check_invariants"}
        async with staff.post(f"{fairway.url}/api/admin-tools/tasks/trigger/", json=ask) as answer:
            assert answer.status == 202, await answer.text()
            status_url = (await answer.json())["status_url"]
        async with asyncio.timeout(60):
            while (task := await get(staff, fairway.url + status_url))["state"] != "done":
                await asyncio.sleep(0.1)
    assert task["outcome"] == "0 exceptions"
    assert task["attempts"][0]["outcome"] == "done"


def recorded_ship() -> list[bytes]:
    """Ten minutes of a ship under way in the AISStream envelope, a report every two seconds."""
    lines = []
    for number in range(300):
        at = datetime(2026, 8, 20, tzinfo=UTC) + timedelta(seconds=2 * number)
        lat, lon = 66.0 + number * 0.001, 12.5 + number * 0.001
        report = {
            "MessageID": 1,
            "RepeatIndicator": 0,
            "UserID": RECORDED_MMSI,
            "Valid": True,
            "NavigationalStatus": 0,
            "RateOfTurn": 0,
            "Sog": 18.0,
            "PositionAccuracy": True,
            "Longitude": lon,
            "Latitude": lat,
            "Cog": 22.0,
            "TrueHeading": 22,
            "Timestamp": 5,
            "SpecialManoeuvreIndicator": 0,
            "Spare": 0,
            "Raim": False,
            "CommunicationState": 0,
        }
        about = {
            "MMSI": RECORDED_MMSI,
            "MMSI_String": RECORDED_MMSI,
            "ShipName": "NEREID              ",
            "latitude": lat,
            "longitude": lon,
            "time_utc": f"{at:%Y-%m-%d %H:%M:%S} +0000 UTC",
        }
        message = {
            "MessageType": "PositionReport",
            "MetaData": about,
            "Message": {"PositionReport": report},
        }
        lines.append(json.dumps(message).encode())
    return lines


async def get(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def state(fairway: Fairway, http: aiohttp.ClientSession, booking: dict[str, Any]) -> Any:
    return await get(
        http, f"{fairway.url}/api/v1/bookings/{booking['reference']}?token={booking['token']}"
    )


async def mails(fairway: Fairway, http: aiohttp.ClientSession) -> Any:
    return (await get(http, f"{fairway.sandbox}/mailbox/messages.json?to={CONTACT['email']}"))[
        "messages"
    ]


async def mail(fairway: Fairway, http: aiohttp.ClientSession, words: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            for message in await mails(fairway, http):
                if words in message["subject"]:
                    return message
            await asyncio.sleep(0.1)
