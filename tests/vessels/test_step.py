"""A step of the live map's protocol: how far a ship went from where its last record had it. It is
right for whoever has had that record, so everybody must have had it.
"""

import asyncio

from maritime_app import clock
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.level import FINEST
from tests.vessels.watching import Sea, places, report, tile_frames

SHIPS = 300


def fleet(second):
    """Ships in one tile, of which every one sails off its line by 55 m a second."""
    return [
        report(200_000_000 + n, 59.45 + n / 10_000 + second / 2_000, 24.5, clock.epoch_ms())
        for n in range(SHIPS)
    ]


def held(sea):
    """Where the server has every ship."""
    columns = sea.hub.columns
    handles = columns.in_use()
    x, y = columns.places(FINEST, handles)
    keys = columns.rows["key"][handles].tolist()
    return dict(zip(keys, zip(x.tolist(), y.tolist(), strict=True), strict=True))


async def test_it_works():
    """A ship that moved a short way takes seven bytes, and is drawn where it is all the same."""
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(*fleet(0))
    await sea.tick(*fleet(1))
    _, _, _, full, moves, _, steps = tile_frames(pipe.written[-1])[0]
    assert (len(full), len(moves), len(steps), steps.itemsize) == (0, 0, 300, 7)
    for second in range(2, 8):
        await sea.tick(*fleet(second))
    assert places(pipe) == held(sea)


async def test_of_ships_whose_slots_are_far_apart_each_says_its_own():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(*fleet(0))
    await sea.tick(fleet(1)[0], fleet(1)[299])
    *_, moves, _, steps = tile_frames(pipe.written[-1])[0]
    assert (moves["slot"].tolist(), len(steps)) == ([0, 299], 0)
    assert places(pipe) == held(sea)


async def test_who_comes_while_a_tick_is_worked_out_draws_every_ship_in_its_place():
    """Its first frame may have more than the others had, and the next one adds to what they had."""
    sea = Sea()
    _, early = sea.subscriber()
    await sea.tick(*fleet(0))
    sea.hub.apply_reports(b"".join(fleet(1)))
    ticking = asyncio.create_task(sea.hub.tick_once())
    await asyncio.sleep(0)
    _, late = sea.subscriber()
    assert places(late) == held(sea) != places(early)
    await ticking
    assert places(late) == places(early) == held(sea)


async def test_after_a_tick_that_failed_everybody_gets_everything_anew(monkeypatch):
    sea, stop = Sea(), asyncio.Event()
    _, pipe = sea.subscriber()
    await sea.tick(*fleet(0))
    sea.subscriber()  # a snapshot of before is ready

    def fail(*_args, **_options):
        stop.set()
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(frames, "age_bytes", fail)
        sea.hub.apply_reports(b"".join(fleet(1)))
        await sea.hub.run_ticks(stop)
    await sea.tick(*fleet(2)[:150])
    assert places(pipe) == held(sea)
