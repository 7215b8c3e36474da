"""How busy a port is against its own usual: queue, waiting, time in port, and the index of them."""

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from math import exp
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from maritime_app.ports import service as ports
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.congestion import store
from maritime_app.vessels.port_calls.congestion.index import congestion
from maritime_app.vessels.port_calls.congestion.model import Component, PortCongestion, Week
from maritime_app.vessels.port_calls.congestion.queue import is_waiting, queue_now
from maritime_app.vessels.port_calls.model import PortCall, PortCallState
from maritime_app.vessels.port_calls.store import upsert_calls
from tests.clocks import travel
from tests.factories import a_port
from tests.vessels.frames import AURORA

MIDNIGHT = datetime(2026, 11, 28, tzinfo=UTC)  # a Saturday; Europe's clocks went back on 25 October
ENDS = [MIDNIGHT - timedelta(weeks=number) for number in range(9)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAITS = (2, 2, 3, 3, 4, 4, 5, 5)  # median 3.5, MAD 1
QUEUES = (0, 1, 1, 2, 2, 3, 3, 4)  # median 2, MAD 1
STAYS = (20, 20, 22, 22, 24, 24, 26, 26)  # median 23, MAD 2


def a_week(number: int, wait: float, queue: int, stay: float, calls: int = 20) -> Week:
    """The week so many before the newest."""
    return Week(ENDS[number], calls + 5, calls, wait, stay, queue)


def weeks(
    newest: Week | None = None,
    waits: tuple[float, ...] = WAITS,
    queues: tuple[int, ...] = QUEUES,
    stays: tuple[float, ...] = STAYS,
) -> list[Week]:
    """The newest week, and the eight before."""
    before = zip(range(1, 9), waits, queues, stays, strict=True)
    return [newest or a_week(0, 5.0, 5, 20.0), *(a_week(*each) for each in before)]


def found(each: list[Week], unheard: tuple[int, ...] = ()) -> PortCongestion:
    """The congestion, with these weeks not listened to."""
    listened = [end for number, end in enumerate(ENDS) if number not in unheard]
    return congestion(each, listened, 3, invented=False)


def z_of(answer: PortCongestion) -> dict[str, float | None]:
    return {part.measure.value: part.z for part in answer.components}


def test_it_works():
    """By hand: waiting 1.5 h above a MAD of 1, the queue three ships above one of 1, time in port
    two hours below one of 2: z is 1.0117, 2.0235 and -0.6745, their mean 0.7869.
    """
    answer = found(weeks(a_week(0, 5.0, 5, 21.0)))

    waiting, queue, stay = answer.components
    assert (waiting.value, waiting.usual, waiting.mad, waiting.z) == (5.0, 3.5, 1.0, 1.012)
    assert (queue.value, queue.usual, queue.mad, queue.z) == (5, 2, 1, 2.023)
    assert (stay.value, stay.usual, stay.mad, stay.z) == (21.0, 23, 2, -0.674)
    assert {part.weeks for part in answer.components} == {8}
    assert answer.index == round(100 / (1 + exp(-0.7869)), 1) == 68.7
    assert (answer.calls, answer.coverage, answer.queue_now) == (20, 0.8, 3)
    assert (answer.since, answer.until) == (ENDS[1], MIDNIGHT)
    assert answer.missing_reason is None


def test_a_week_as_usual_is_fifty():
    assert found(weeks(a_week(0, 3.5, 2, 23.0))).index == 50.0


def test_one_odd_week_moves_neither_the_usual_nor_its_spread():
    usual = z_of(found(weeks()))

    odd = z_of(found(weeks(waits=(*WAITS[:-1], 500.0))))

    assert odd == usual


@pytest.mark.parametrize(("calls", "is_there"), [(9, False), (10, True)])
def test_below_ten_calls_there_is_no_index(calls, is_there):
    answer = found(weeks(a_week(0, 5.0, 5, 20.0, calls)))

    assert (answer.index is not None) is is_there
    assert answer.missing_reason == (None if is_there else "too_few_calls")
    assert answer.calls == calls
    waiting, queue, _stay = answer.components
    assert (waiting.value is not None) is is_there
    assert queue.value == 5  # counted, not a median


def test_weeks_below_ten_calls_are_in_no_usual_but_their_queue_is():
    few = [structs.replace(week, calls=9) for week in weeks()[1:4]]

    answer = found([weeks()[0], *few, *weeks()[4:]])

    assert [part.weeks for part in answer.components] == [5, 8, 5]
    assert answer.index is not None


def test_with_fewer_than_five_weeks_there_is_no_index():
    answer = found(weeks(), unheard=(1, 2, 3, 4))

    assert (answer.index, answer.missing_reason) == (None, "history_too_short")
    assert {part.weeks for part in answer.components} == {4}
    assert {part.usual for part in answer.components} == {None}
    assert answer.components[0].value == 5.0


def test_a_week_in_which_nobody_listened_is_none_without_a_queue():
    """A queue of no ship, because the feed was silent, would make the usual one smaller."""
    silent = structs.replace(weeks()[3], queue=0, calls=0, ended=0, waiting=None, time_in_port=None)
    each = [*weeks()[:3], silent, *weeks()[4:]]

    queue = found(each, unheard=(3,)).components[1]

    assert queue.weeks == 7
    assert queue.usual == 2


def test_where_nobody_listened_in_the_newest_week_there_is_no_index():
    answer = found(weeks(), unheard=(0,))

    assert (answer.index, answer.missing_reason) == (None, "not_listened")
    assert {part.value for part in answer.components} == {None}
    assert {part.missing_reason for part in answer.components} == {"not_listened"}


def test_a_measure_that_never_differed_is_left_out():
    """MAD 0 would make any difference infinite. By hand: (2.0235 - 1.0117) / 2 = 0.5059."""
    answer = found(weeks(waits=(5,) * 8))

    assert answer.components[0].missing_reason == "no_spread"
    assert z_of(answer)["waiting"] is None
    assert answer.index == round(100 / (1 + exp(-0.5059)), 1)


def test_where_a_measure_that_never_differed_does_now_there_is_no_index():
    """Left out, it would make a port with its first queue ever look as usual."""
    answer = found(weeks(queues=(0,) * 8))

    assert (answer.index, answer.missing_reason) == (None, "no_spread")
    queue = answer.components[1]
    assert (queue.value, queue.usual, queue.mad, queue.z) == (5, 0, 0, None)


def test_one_measure_alone_is_no_index():
    newest = a_week(0, 0.0, 0, 20.0)

    answer = found(weeks(newest, waits=(0,) * 8, queues=(0,) * 8))

    assert (answer.index, answer.missing_reason) == (None, "no_spread")


def a_call(
    entered: datetime,
    stopped: datetime | None = None,
    moored: datetime | None = None,
    left: datetime | None = None,
    port_id: UUID | None = None,
    mmsi: int = AURORA,
) -> PortCall:
    """A call with these times; it waited at anchor from its stop to its berth."""
    waiting = None if moored is None or stopped is None else (moored - stopped).total_seconds()
    state = PortCallState.ANCHORED if moored is None else PortCallState.MOORED
    return PortCall(
        id=uuid4(),
        mmsi=mmsi,
        hypothesis=0,
        source=Source.AISSTREAM,
        port_id=port_id or uuid4(),
        state=PortCallState.LEFT if left else state,
        entered_at=entered,
        last_at=left or moored or stopped or entered,
        stopped_at=stopped,
        moored_at=moored,
        left_at=left,
        anchored_seconds=0,
        berth_seconds=0,
        waiting_seconds=None if waiting is None else round(waiting),
        left_unseen=False,
    )


def ago(hours: float) -> datetime:
    return MIDNIGHT - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("call", "waits"),
    [
        (a_call(ago(5), ago(3)), True),  # for three hours, and still: nobody knows how long
        (a_call(ago(5), ago(2.99)), False),  # for the pilot
        (a_call(ago(9), ago(8), ago(1)), False),  # has berthed
        (a_call(ago(9), ago(8), ago(-1)), True),  # berthed later
        (a_call(ago(9), ago(8), ago(8)), False),  # at a berth at once
        (a_call(ago(9), ago(8), None, ago(1)), False),  # left without a berth
        (a_call(ago(9), ago(8), None, ago(-1)), True),
        (a_call(ago(9)), False),  # approaches
        (a_call(ago(24 * 61), ago(24 * 61)), False),  # laid up
    ],
)
def test_who_waits_for_a_berth(call, waits):
    assert is_waiting(call, MIDNIGHT) is waits


def test_the_queue_now_is_unknown_where_no_ship_was_heard():
    at_anchor = structs.replace(a_call(ago(9), ago(8)), last_at=ago(0.2))

    assert queue_now([at_anchor, at_anchor], MIDNIGHT) == 2
    assert queue_now([a_call(ago(9), ago(8), ago(7), ago(1))], MIDNIGHT) == 0
    assert queue_now([], MIDNIGHT) is None
    assert queue_now([structs.replace(at_anchor, last_at=ago(5))], MIDNIGHT) is None


@pytest.fixture
async def kiel(db) -> UUID:
    """Kiel in the database, and its id."""
    async with db.transaction() as conn:
        await ports.seed_ports(conn, [a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")])
        return (await ports.port_ids(conn, ["DEKEL"]))["DEKEL"]


def some_calls(port_id: UUID, seed: int) -> list[PortCall]:
    """Ten weeks of ships that anchor, berth and leave, some of them never, by no clock's hours."""
    dice = random.Random(seed)
    calls = []
    for number in range(500):
        entered = MIDNIGHT - timedelta(minutes=dice.randrange(10 * 7 * 24 * 60))
        stopped = entered + timedelta(minutes=dice.randrange(60))
        moored = stopped + dice.choice([0, 1, 5, 30]) * HOUR if dice.random() < 0.8 else None
        left = (moored or stopped) + dice.randrange(1, 60) * HOUR if dice.random() < 0.9 else None
        call = a_call(entered, stopped, moored, left, port_id, AURORA + number)
        calls.append(structs.replace(call, left_unseen=left is not None and dice.random() < 0.1))
    return calls


async def test_weeks_in_the_database_are_those_by_hand(db, kiel):
    """Also where the session's clock goes back within them, and a day has 25 hours."""
    at_midnight = a_call(ENDS[2] - 9 * HOUR, ENDS[2] - 8 * HOUR, ENDS[2], ENDS[1], kiel)
    laid_up = a_call(ENDS[0] - 61 * DAY, ENDS[0] - 61 * DAY, None, None, kiel)
    calls = [*some_calls(kiel, 5), at_midnight, structs.replace(laid_up, mmsi=AURORA - 1)]
    async with db.transaction() as conn:
        await conn.execute("set local time zone 'Europe/Berlin'")
        await upsert_calls(conn, calls)
        weeks = await store.weeks(conn, "DEKEL", ENDS, [Source.AISSTREAM])
        others = await store.weeks(conn, "DEKEL", ENDS, [Source.AISHUB])
    assert [week.ends_at for week in weeks] == ENDS
    for week in weeks:
        ended = [
            each
            for each in calls
            if each.left_at and week.ends_at - 7 * DAY <= each.left_at < week.ends_at
        ]
        whole = [each for each in ended if each.moored_at and not each.left_unseen]
        assert (week.ended, week.calls) == (len(ended), len(whole))
        assert week.queue == sum(is_waiting(each, week.ends_at) for each in calls)
        assert week.waiting is not None
        halves = sorted((each.waiting_seconds or 0) / 3600 for each in whole)
        assert halves[0] <= week.waiting <= halves[-1]
    assert sum(week.queue for week in weeks) > 9
    assert {(week.ended, week.queue, week.waiting) for week in others} == {(0, 0, None)}


async def test_calls_that_go_on_are_in_no_median(db, kiel):
    """One left after ten hours of waiting, two still wait: the median is of the one."""
    calls = [
        a_call(ago(30), ago(29), ago(19), ago(2), kiel, AURORA),
        a_call(ago(100), ago(99), None, None, kiel, AURORA + 1),
        a_call(ago(100), ago(99), ago(9), None, kiel, AURORA + 2),
    ]
    async with db.transaction() as conn:
        await upsert_calls(conn, calls)
        newest, *_before = await store.weeks(conn, "DEKEL", ENDS, [Source.AISSTREAM])
    assert (newest.calls, newest.waiting, newest.time_in_port) == (1, 10.0, 28.0)
    assert newest.queue == 1


@pytest.mark.parametrize("silent", range(7, 14))
async def test_a_week_with_a_silent_day_was_not_listened_to(db, kiel, silent):
    """Ships of any port tell that somebody listens, by their coming or by their going."""
    days = [ENDS[3] + number * DAY + HOUR for number in range(21)]
    gone = days.pop(silent)  # of the week that ends at ENDS[1]
    calls = [a_call(at, at, at, at + HOUR, kiel, AURORA + number) for number, at in enumerate(days)]
    async with db.transaction() as conn:
        await upsert_calls(conn, calls)
        heard = await store.listened(conn, ENDS, [Source.AISSTREAM])
        assert heard == [ENDS[0], ENDS[2]]
        long_ago = ago(24 * 70)
        await upsert_calls(conn, [a_call(long_ago, long_ago, None, gone, kiel, AURORA - 1)])
        assert ENDS[1] in await store.listened(conn, ENDS, [Source.AISSTREAM])
        assert await store.listened(conn, ENDS, [Source.AISHUB]) == []


def a_history(port_id: UUID) -> list[PortCall]:
    """Nine weeks with two calls a day; each waits for so many hours as its week has, and the newest
    eight hours longer than any.
    """
    calls: list[PortCall] = []
    for number, end in enumerate(ENDS):
        waits = timedelta(hours=(12, *WAITS)[number])
        for half in range(14):
            left = end - timedelta(hours=12 * half + 1)
            stopped = left - waits - (20 + number % 3) * HOUR
            call = a_call(
                stopped - HOUR, stopped, stopped + waits, left, port_id, AURORA + len(calls)
            )
            calls.append(call)
    return calls


async def test_a_port_tells_its_congestion_everywhere(client, db, kiel):
    with travel(MIDNIGHT + HOUR, tick=True):
        async with db.transaction() as conn:
            await upsert_calls(conn, a_history(kiel))
        async with client.get("/api/v1/ports/DEKEL/measures") as answer:
            body = await answer.json()
        async with client.get("/api/v1/ports/DEKEL/measures.csv") as answer:
            table = csv.DictReader(io.StringIO(await answer.text("utf-8-sig")))
        lines = {line["measure"]: line for line in table}
        async with client.get("/ports/DEKEL/calls") as answer:
            page = await answer.text()
    told = body["congestion"]
    assert told["index"] > 80
    assert (told["calls"], told["coverage"], told["invented"]) == (14, 1.0, False)
    assert [part["measure"] for part in told["components"]] == [each.value for each in Component]
    assert told["until"] == "2026-11-28T00:00:00Z"
    assert lines["congestion_index"]["own_value"] == str(told["index"])
    assert lines["congestion_index"]["own_sample"] == "14"
    waiting = told["components"][0]
    assert lines["congestion_waiting"]["z"] == str(waiting["z"])
    assert (lines["congestion_waiting"]["usual"], lines["congestion_waiting"]["weeks"]) == (
        "3.5",
        "8",
    )
    assert lines["congestion_queue_now"]["own_value"] == str(told["queue_now"])
    assert "much busier than usual" in page
    assert "and were heard throughout: 14" in page


async def test_a_port_with_few_calls_says_how_many_are_missing(client, db, kiel):
    with travel(MIDNIGHT + HOUR, tick=True):
        async with db.transaction() as conn:
            await upsert_calls(conn, a_history(kiel)[:3])
        async with client.get("/ports/DEKEL/calls") as answer:
            page = await answer.text()
    assert "Not enough calls measured (3 of 10)" in page


async def test_where_no_ship_was_heard_nothing_is_zero(client, kiel):
    async with client.get("/api/v1/ports/DEKEL/measures") as answer:
        told = (await answer.json())["congestion"]
    assert (told["index"], told["queue_now"], told["calls"]) == (None, None, 0)
    assert {part["value"] for part in told["components"]} == {None}


@pytest.mark.parametrize("is_real_there", [False, True])
async def test_what_is_invented_says_so_and_a_real_call_puts_it_aside(
    client, db, kiel, is_real_there
):
    calls = [structs.replace(each, source=Source.SIMULATED) for each in a_history(kiel)]
    if is_real_there:
        calls.append(a_call(ago(9), ago(8), ago(8), ago(1), kiel, AURORA - 1))
    with travel(MIDNIGHT + HOUR, tick=True):
        async with db.transaction() as conn:
            await upsert_calls(conn, calls)
        async with client.get("/api/v1/ports/DEKEL/measures") as answer:
            told = (await answer.json())["congestion"]
    assert told["invented"] is not is_real_there
    assert told["calls"] == (1 if is_real_there else 14)
    assert (told["index"] is None) is is_real_there
