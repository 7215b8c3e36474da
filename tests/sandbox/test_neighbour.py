"""The sandbox's switches and mailbox are for people at this machine and for scripts."""

import pytest
from aiohttp.test_utils import make_mocked_request

from maritime_app.sandbox.neighbour import good_neighbour

FAULT = {"stripe": {"duplicates": 2}}


async def test_it_works(http, sandbox):
    async with http.post(f"{sandbox.url}/control", json=FAULT) as answer:
        assert answer.status == 200
    own = {"Origin": sandbox.url, "Sec-Fetch-Site": "same-origin"}
    async with http.post(f"{sandbox.url}/control/reset", json={}, headers=own) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_turns_no_switch(http, sandbox, headers):
    form = {"stripe.duplicates": "3"}
    async with http.post(f"{sandbox.url}/control", data=form, headers=headers) as answer:
        assert answer.status == 403
    async with http.get(f"{sandbox.url}/control/state.json") as answer:
        assert (await answer.json())["stripe"]["duplicates"] != 3


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("evil.example:8090", 421),
        ("localhost:8090", 200),
        ("sandbox:8090", 200),
        ("[::1]:8090", 200),
        ("192.0.2.7", 200),
    ],
)
async def test_a_name_of_somebody_else_reads_no_mail(http, sandbox, host, status):
    for path in ("/mailbox", "/control/state.json"):
        async with http.get(f"{sandbox.url}{path}", headers={"Host": host}) as answer:
            assert answer.status == status


async def test_a_caller_that_leaves_in_the_middle_is_no_fault():
    """A process that stops breaks its questions off."""

    async def broken_off(_request):
        raise ConnectionResetError("Connection lost")

    request = make_mocked_request("POST", "/operators/NDL/prices")

    assert (await good_neighbour(request, broken_off)).status == 400
