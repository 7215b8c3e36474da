"""A full sailing is cancelled while its worker is killed with -9, again and again:
`python -m bench.chaos.cancelled_sailing`.

Everybody aboard must be offered what they are owed, once; then the sailing that is held for many of
them is cancelled, too, and these must be written to once more, and nobody else. Then many choose at
once, still under kills, and nobody may be on two ships, on none, or on one that was full. Exit code
0 when so.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop

from bench.chaos import disrupted_parties, faults
from bench.chaos.killer import Killer
from bench.chaos.passengers import Party, Passengers
from bench.chaos.quiet import until_quiet
from bench.chaos.world import World, world
from bench.stopping import until_stopped
from maritime_app import domains
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from maritime_app.infra.telemetry import log
from maritime_app.resources import Resources, open_resources
from maritime_app.settings import file as settings_file

_OFFERED_WITHIN_SECONDS = 60.0
_HOLD_MINUTES = 10.0  # nobody loses a place because this machine is slow
_STUCK_SECONDS = 180.0  # in which nothing that is under way comes to its end
_NEWS_SECONDS = 60.0  # of a payment, also where its first event was lost
_HOUSE = ActingStaff()
# Room for half of everybody, on the next two sailings: the others can only have their money back.
_ROOM = """
with cancelled as (
    select s.id, s.route_id, s.departs_at from sailing s
    join operator o on o.id = s.operator_id
    where o.kind = 'house' and s.fare_id is not null and s.status = 'scheduled'
      and s.departs_at > now() + interval '4 days'
      and (select count(*) from sailing n where n.route_id = s.route_id
           and n.departs_at between s.departs_at + interval '1 hour'
                                and s.departs_at + interval '5 days') >= 2
    order by s.departs_at, s.id limit 1
), later as (
    select n.id, row_number() over (order by n.departs_at) as place
    from sailing n, cancelled c where n.route_id = c.route_id and n.departs_at > c.departs_at
), room as (
    update capacity p
    set total = p.taken + case when l.place <= 2 then $1 / 2 else 0 end
    from later l where p.sailing_id = l.id and p.resource = 'passenger'
), full_ship as (
    update capacity p set total = p.taken + 2 * $1
    from cancelled c where p.sailing_id = c.id and p.resource = 'passenger'
)
select id from cancelled
"""
# A booking whose payment has arrived, or is being confirmed, or whose ticket is not mailed yet.
_STATES = """
select b.reference, b.status,
       b.status in ('paid', 'confirming')
       or b.status = 'held' and p.status = 'succeeded'
       or b.status = 'confirmed' and not exists (
           select from mail m
           where m.unique_key = 'booking:' || b.id || ':confirmation:1') as is_moving
from booking b join payment p on p.subject_id = b.id and p.part_id is null
where b.reference = any($1::text[])
"""
# Everybody's held places, by the sailing that most of them are held on.
_HELD = """
select s.id, s.version, array_agg(b.reference) as parties
from disrupted_party p
join booking b on b.id = p.booking_id
join booking_change c on c.id = p.change_id and c.status = 'held'
join change_capacity h on h.change_id = c.id and h.resource = 'passenger'
join sailing s on s.id = h.sailing_id
where p.status = 'offered'
group by s.id order by count(*) desc, s.id limit 1
"""
_LOST = """
select count(*) from disrupted_party p join booking_change c on c.id = p.change_id
join change_capacity h on h.change_id = c.id
where p.status in ('waiting', 'offered') and h.sailing_id = $1
"""


def arguments() -> argparse.Namespace:
    """What may be chosen."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.chaos.cancelled_sailing", description=__doc__
    )
    parser.add_argument("--parties", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    parser.add_argument(
        "--kill-every",
        type=float,
        default=5.0,
        help="mean seconds of work between two kills; 0: none",
    )
    parser.add_argument("--folder", type=Path, default=Path("var") / "cancelled_sailing")
    return parser.parse_args()


async def run(args: argparse.Namespace) -> int:
    """Fill a sailing, cancel it under kills, let everybody choose, judge."""
    log.set_up("ERROR", "json")
    print(f"{args.parties} parties, seed {args.seed}, a kill in {args.kill_every} s", flush=True)
    folder, seed = args.folder.resolve(), args.seed
    async with world(folder, seed, hold_minutes=_HOLD_MINUTES) as here:
        await here.switch(faults.CALM)
        settings = settings_file.load(here.environment)
        async with open_resources(settings, domains.PARTS) as res:
            facts = await _story(here, res, args)
    (args.folder / "report.json").write_text(json.dumps(facts, indent=2))
    print(json.dumps(facts, indent=2), flush=True)
    return 1 if facts["broken"] else 0


async def _story(here: World, res: Resources, args: argparse.Namespace) -> dict[str, Any]:
    async with res.db.acquire() as conn:
        sailing_id: UUID = await conn.fetchval(_ROOM, args.parties)
    passengers = Passengers(here, args.seed)
    began = time.monotonic()
    parties = await _aboard(res, passengers, await passengers.fill(str(sailing_id), args.parties))
    print(f"{len(parties)} parties are aboard after {time.monotonic() - began:.0f} s", flush=True)

    for spare in here.workers[1:]:
        await spare.end()
    load, _load_of_five, _load_of_fifteen = os.getloadavg()  # other work on this machine counts
    began = time.monotonic()
    killer = Killer(here, res, args.kill_every, random.Random(args.seed))
    killing = asyncio.create_task(killer.kill_all_the_time())
    found = await operations.sailing(res, _HOUSE, sailing_id)
    asked = CancelRequest(found.version, ChangeReason.TECHNICAL, "Engine.")
    await operations.cancel(res, _HOUSE, sailing_id, asked)
    await disrupted_parties.until_written(res, sailing_id, len(parties))
    offered_seconds, wall_seconds = killer.worked_seconds, time.monotonic() - began
    offers_killed = killer.kills
    print(f"offers written: {offered_seconds:.1f} s of work, {offers_killed} kills", flush=True)

    lost, again_seconds = await _cancel_what_is_held(res, killer)
    print(f"{len(lost)} written to anew: {again_seconds:.1f} s of work", flush=True)
    received = await disrupted_parties.offers_received(res, passengers)
    sent_seconds, sent_wall_seconds = killer.worked_seconds, time.monotonic() - began
    print(f"offers sent: {sent_seconds:.1f} s of work", flush=True)
    chosen = await passengers.choose(parties)
    killer.running = False
    await killing
    print(f"everybody has chosen: {killer.kills} kills", flush=True)
    quiet_seconds, left = await until_quiet(here, _STUCK_SECONDS)
    broken = [f"still under way: {count} {what}" for what, count in left.items()]
    broken += await disrupted_parties.judge(res, sailing_id, parties, lost, received)
    for seconds in (offered_seconds, again_seconds):
        if seconds > _OFFERED_WITHIN_SECONDS:
            broken.append(f"the last offer took {seconds:.1f} s of work")
    ends = await disrupted_parties.ends(res, sailing_id)
    return {
        "seed": args.seed,
        "parties": len(parties),
        "offers_written_working_seconds": round(offered_seconds, 1),
        "offers_written_wall_seconds": round(wall_seconds, 1),
        "written_to_anew": len(lost),
        "written_anew_working_seconds": round(again_seconds, 1),
        "offers_sent_working_seconds": round(sent_seconds, 1),
        "offers_sent_wall_seconds": round(sent_wall_seconds, 1),
        "load_when_cancelled": round(load, 1),
        "kills_before_the_last_offer": offers_killed,
        "kills": killer.kills,
        "offers_taken_twice_by_the_mail_server": sum(many > 1 for many in received.values()),
        "chosen": chosen,
        "quiet_after_seconds": round(quiet_seconds, 1),
        "ends": ends,
        "broken": broken,
    }


async def _aboard(res: Resources, passengers: Passengers, booked: list[Party]) -> list[Party]:
    """Return the parties that are confirmed once nobody waits any more; who did not pay leaves.

    Tickets and invoices are drawn meanwhile, which takes longer than everything else. News of a
    payment may be on its way for a while.
    """
    heard_by = time.monotonic() + _NEWS_SECONDS
    async with asyncio.timeout(disrupted_parties.most_seconds(len(booked))):
        while True:
            async with res.db.acquire() as conn:
                rows = await conn.fetch(_STATES, [party.reference for party in booked])
            states = {row["reference"]: row["status"] for row in rows}
            is_heard = time.monotonic() > heard_by or "held" not in states.values()
            if is_heard and not any(row["is_moving"] for row in rows):
                break
            await asyncio.sleep(1)
    await passengers.leave(one for one in booked if states[one.reference] == "held")
    return [one for one in booked if states[one.reference] == "confirmed"]


async def _cancel_what_is_held(res: Resources, killer: Killer) -> tuple[set[str], float]:
    """Cancel the sailing that is held for most, and wait until nobody has it any more.

    Return the references of those for whom it was held, and the seconds of work that it took.
    """
    began = killer.worked_seconds
    async with res.db.acquire() as conn:
        held = await conn.fetchrow(_HELD)
    if held is None:
        return set(), 0.0
    asked = CancelRequest(held["version"], ChangeReason.WEATHER, "Storm.")
    await operations.cancel(res, _HOUSE, held["id"], asked)
    async with asyncio.timeout(disrupted_parties.most_seconds(len(held["parties"]))):
        while True:
            async with res.db.acquire() as conn:
                if not await conn.fetchval(_LOST, held["id"]):
                    break
            await asyncio.sleep(0.2)
    return set(held["parties"]), killer.worked_seconds - began


if __name__ == "__main__":
    sys.exit(until_stopped(lambda: uvloop.run(run(arguments()))))
