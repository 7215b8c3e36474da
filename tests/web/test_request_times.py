"""Every answer is counted and timed by route and status, also one that was kept ready."""

import pytest

from maritime_app.infra.telemetry.request_times import REQUEST_TIMES, RequestTimes

SEARCH = "/api/v1/ferries/search"


async def test_it_works(client):
    """The third question of the same words is answered with ready bytes, and counted."""
    before = counted("GET", SEARCH, 422)
    for _ in range(3):
        await (await client.get(SEARCH + "?from=NOOSL&to=DEKEL&date=2027-01-01")).read()

    async with client.get("/metrics") as answer:
        text = await answer.text()

    labels = 'method="GET",route="/api/v1/ferries/search",status="422"'
    assert f"maritime_http_requests_total{{{labels}}} {before + 3}.0" in text
    assert f'maritime_http_request_seconds_bucket{{le="+Inf",{labels}}} {before + 3}.0' in text
    assert f"maritime_http_request_seconds_sum{{{labels}}}" in text


async def test_answers_that_were_kept_ready_are_counted_and_timed(client):
    before = counted("GET", "/design", 200), counted("GET", "/design", 304)
    async with client.get("/design") as first:
        await first.read()
        tag = first.headers["ETag"]
    for _ in range(2):
        await (await client.get("/design")).read()
    async with client.get("/design", headers={"If-None-Match": tag}) as unchanged:
        assert unchanged.status == 304

    after = counted("GET", "/design", 200), counted("GET", "/design", 304)
    assert (after[0] - before[0], after[1] - before[1]) == (3, 1)


@pytest.mark.pure
def test_seconds_are_sorted_into_buckets_that_add_up():
    times = RequestTimes()
    for seconds in (0.0002, 0.001, 0.003, 7.0, 99.0):
        times.of("GET", "/x").add(200, seconds)
    times.of("GET", "/x").add(503, 0.2)

    requests, durations = times.collect()

    assert {s.labels["status"]: s.value for s in requests.samples} == {"200": 5, "503": 1}
    found = {
        (s.labels["status"], s.labels.get("le")): s.value
        for s in durations.samples
        if s.name.endswith("_bucket")
    }
    assert [found["200", le] for le in ("0.001", "0.0025", "0.005", "10.0", "+Inf")] == [
        2,
        2,
        3,
        4,
        5,
    ]
    total = next(s.value for s in durations.samples if s.name.endswith("_sum"))
    assert total == pytest.approx(106.0042)


def counted(method, route, status):
    """How many answers of that status the route has given in this process."""
    answered = REQUEST_TIMES.of(method, route).by_status.get(status)
    return sum(answered.counts) if answered else 0
