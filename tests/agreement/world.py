"""The world of the walks: Stripe's account, an operator, a process that serves and works.

Nothing runs by itself here. Stripe's events are letters that are delivered in whatever order and
however often somebody says; jobs run when somebody lets them; the process dies where it is told to.
"""

import asyncio
import itertools
import time
from contextlib import suppress
from contextvars import Context
from typing import Any
from uuid import uuid4

from aiohttp import ClientError, web

from maritime_app import clock, domains
from maritime_app.bookings import jobs as bookings
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import OperatorRefused, OutcomeUnknown
from maritime_app.ferries.sailings import service as sailings
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.jobs.runner import Runner
from maritime_app.ops import invariants
from maritime_app.payments import jobs as payments
from maritime_app.sandbox.stripe.objects import refunds
from tests.factories import signed
from tests.killed import Killed

NO, SILENT, LOST = "no", "silent", "done and not said"
TASKS = {task.name: task for task in domains.TASKS}
_LONG_AGO_SECONDS = 90 * 86_400
WEBHOOK = "/api/v1/webhooks/stripe"
NIGHTLY = (
    payments.check_open_payments,
    payments.compare_with_stripe,
    payments.check_unsettled,
    payments.read_balance,
)


_BOOKS = """
select b.reference, b.status, b.total_minor,
       coalesce(array_agg(l.amount_minor) filter (where l.account = 'stripe'), '{}') as heard,
       coalesce(-sum(l.amount_minor) filter (where l.account = 'elsewhere'), 0) as by_hand,
       (select coalesce(sum(o.owed_minor), 0) from refund_owed o join payment p
        on p.id = o.payment_id where p.subject_id = b.id) as owed,
       (select coalesce(sum(r.amount_minor), 0) from refund r join payment p
        on p.id = r.payment_id where p.subject_id = b.id and r.status in ('pending', 'requested'))
       as on_its_way,
       exists (select from job where state = 'queued' and queue in ('bookings', 'payments'))
       as waits
from booking b
left join ledger a on a.account = 'bookings:' || b.id
left join ledger l on l.transaction_id = a.transaction_id
where b.reference = any($1)
group by b.id
"""


class Operator:
    """A remote operator that answers the next confirmations as told, then with yes."""

    def __init__(self, there):
        self.moods = []
        self._really, there.confirm = there.confirm, self.confirm

    async def confirm(self, reference):
        mood = self.moods.pop(0) if self.moods else "yes"
        if mood == NO:
            raise OperatorRefused("NDL", "sold_out", "No.")
        if mood == SILENT:
            raise OutcomeUnknown("NDL", "confirm")
        answer = await self._really(reference)
        if mood == LOST:
            raise OutcomeUnknown("NDL", "confirm")
        return answer


class World:
    """What the walks act on."""

    def __init__(self, client, played, provider, death, staff):
        self.client, self.played, self.provider = client, played, provider
        self.death, self.staff = death, staff
        self.operator = Operator(operators.of(played).gateways["NDL"])
        self.letters: list[Any] = []
        self.delivered: list[Any] = []
        self.lost: list[Any] = []
        self.walked = 0
        self._minutes = itertools.count(1)
        self.given_twice = set()
        self.dies_at = None
        self._began = 0
        provider.ledger.on_event = self.letters.append

    def begin(self):
        """A walk begins: nothing is under way, and what others left at Stripe is long ago."""
        for kind in ("balance_transaction", "payment_intent"):
            for one in self.provider.ledger.all(kind):
                if one["created"] < self._began:
                    break  # older ones are
                one["created"] -= _LONG_AGO_SECONDS
        self._began = int(time.time()) - _LONG_AGO_SECONDS // 2
        self.walked += 1
        for letters in (self.letters, self.delivered, self.lost):
            letters.clear()
        self.operator.moods.clear()
        self.dies_at = None
        clock.correct(0.0)

    # --- the process -----------------------------------------------------------------------------

    async def start(self):
        """A process begins to work."""
        self._stop = asyncio.Event()
        self._runner = Runner(self.played.db, TASKS, self.played)
        self._recording = asyncio.create_task(self._runner.record(self._stop), context=Context())

    async def stop(self):
        """It leaves."""
        self._stop.set()
        await self._recording

    async def _die(self):
        """It is gone; another one finds its jobs once their lease is over."""
        self._recording.cancel()
        with suppress(asyncio.CancelledError):
            await self._recording
        await self.execute(
            "update job set state = 'queued', run_at = now(), lease_until = null, worker = null"
            " where state = 'running'"
        )
        await self.start()

    def _arm(self):
        if self.dies_at:
            at, before = self.dies_at
            self.dies_at = None
            self.death.arm(at, before=before)

    @web.middleware
    async def dying(self, request, handler):
        """A request in whose midst the process is killed has no answer."""
        self._arm()
        try:
            return await handler(request)
        except Killed:
            request.transport.abort()
            raise web.HTTPServiceUnavailable from None

    async def work(self):
        """Run what is due, and what comes of it, until nothing is. Whoever would write to parties
        where a writer died comes at once: how long a walk takes decides nothing.
        """
        while ids := await self.fetch(
            "select id from job where state = 'queued'"
            " and (run_at <= now() or task = 'bookings.write_to_parties')"
            " and queue in ('bookings', 'payments')"
        ):
            self._arm()
            running = await self._runner.start([row["id"] for row in ids])
            ended = await asyncio.gather(*running, return_exceptions=True)
            while await self.fetch("select from job where state = 'running'"):
                if any(isinstance(one, Killed) for one in ended):
                    await self._die()
                    break
                await asyncio.sleep(0.003)

    async def do(self, task):
        """A task of the clock; a process that dies of it is followed by another."""
        self._arm()
        try:
            await asyncio.create_task(task(self.played))
        except Killed:
            await task(self.played)

    async def night(self):
        """What a night finds without any letter; no try is waited for."""
        self.dies_at = None
        # An overdue hold is looked at once a minute, of which a night has many.
        clock.correct(60.0 * next(self._minutes))
        await bookings.expire_holds(self.played)
        clock.correct(0.0)
        for task in NIGHTLY:
            await task(self.played)
        while await self.fetch(
            "update job set run_at = now() where state = 'queued'"
            " and queue in ('bookings', 'payments') returning 1"
        ):
            await self.work()
        self.delivered += self.letters + self.lost
        self.letters.clear()
        self.lost.clear()

    # --- what people ask -------------------------------------------------------------------------

    async def post(self, path, body, **headers):
        """Ask; once more where no answer comes. Returns the status and the answer."""
        for _try in range(2):
            with suppress(ClientError):
                async with self.client.post(path, json=body, headers=headers) as answer:
                    return answer.status, await answer.json()
        raise AssertionError(path)

    async def get(self, path, **headers):
        """As `post`."""
        address = path if "://" in path else self.client.make_url(path)
        for _try in range(2):
            with suppress(ClientError):
                async with self.client.session.get(address, headers=headers) as answer:
                    is_json = answer.content_type == "application/json"
                    return answer.status, await answer.json() if is_json else await answer.text()
        raise AssertionError(path)

    async def fetch(self, statement, *values):
        """Rows."""
        async with self.played.db.acquire() as conn:
            return await conn.fetch(statement, *values)

    async def execute(self, statement, *values):
        """A statement of nobody's."""
        async with self.played.db.acquire() as conn:
            await conn.execute(statement, *values)

    async def books(self, references):
        """What our books say of each booking: its state, what it costs, by what amounts its money
        moved Stripe's balance, what was paid by hand, what is owed, what is on its way, whether any
        job waits.
        """
        return await self.fetch(_BOOKS, references)

    async def unexpected_breaches(self):
        """Broken invariants, but for money that went twice by a bank's doing and is shown so."""
        broken = await invariants.broken(self.played, domains.INVARIANTS)
        about = await self.fetch(
            "select b.reference, p.id::text from booking b join payment p on p.subject_id = b.id"
            " where p.id::text = any($1)",
            [one.subject for one in broken],
        )
        of = {row["id"]: row["reference"] for row in about}
        return [
            one
            for one in broken
            if one.invariant != "nothing is refunded twice"
            or of.get(one.subject) not in self.given_twice
        ]

    async def owed(self, references):
        """Claims of these that no card took."""
        return await self.fetch(
            "select o.id, o.owed_minor, b.reference from refund_owed o"
            " join payment p on p.id = o.payment_id join booking b on b.id = p.subject_id"
            " where b.reference = any($1)",
            references,
        )

    async def sailing_of(self, reference):
        """What its first leg sails on."""
        rows = await self.fetch(
            "select l.sailing_id::text from booking_leg l join booking b on b.id = l.booking_id"
            " where b.reference = $1 order by l.number limit 1",
            reference,
        )
        return rows[0]["sailing_id"]

    async def lost_disputes(self, references):
        """Those after which nobody has said whether they may travel."""
        return await self.fetch(
            "select d.id, b.id as booking_id from dispute d join payment p on p.id = d.payment_id"
            " join booking b on b.id = p.subject_id"
            " where d.status = 'lost' and d.decision is null and b.reference = any($1)",
            references,
        )

    async def copy_sailing(self, way, departs):
        """The demo operator's first sailing that way once more, at that time; its id."""
        made = uuid4()
        day = sailings.day_tag(way[0], way[1], departs.date())
        async with self.played.db.transaction() as conn:
            like = await conn.fetchval(
                "select s.id from sailing s join route r on r.id = s.route_id"
                " where r.code = $1 and s.source = 'demo' order by s.departs_at limit 1",
                way[2],
            )
            await conn.execute(
                "insert into sailing (id, route_id, operator_id, origin_id, destination_id,"
                " ferry_id, fare_id, departs_at, arrives_at, source, source_key)"
                " select $1, route_id, operator_id, origin_id, destination_id, ferry_id, fare_id,"
                " $3::timestamptz, $3::timestamptz + (arrives_at - departs_at), 'test', $4"
                " from sailing where id = $2",
                made,
                like,
                departs,
                str(made),
            )
            await conn.execute(
                "insert into capacity (sailing_id, resource, total)"
                " select $1, resource, total from capacity where sailing_id = $2",
                made,
                like,
            )
            await drop_cached(conn, self.played.cache, [day])
        return made

    # --- Stripe ----------------------------------------------------------------------------------

    def act(self, action, **params):
        """What somebody does in Stripe's dashboard."""
        call = self.provider.call(params={key: str(value) for key, value in params.items()})
        return self.provider.perform(call, action)

    def fail(self, refund):
        """The bank does not take a refund that had succeeded."""
        settling = {"id": f"settling_{refund['id']}", "object": "_settling", "due_at": 1 << 60}
        settling |= {"refund": refund["id"], "status": "failed"}
        self.provider.ledger.put(settling)
        self.act(lambda call: refunds.settle(call, settling))

    def balance(self):
        """What Stripe has for us, in the minor units of the walks' one currency."""
        return sum(one["net"] for one in self.provider.ledger.all("balance_transaction"))

    def charges_of(self, reference):
        """Its charges, oldest first."""
        intents = [
            one["id"]
            for one in self.provider.ledger.all("payment_intent")
            if one["metadata"].get("reference") == reference
        ]
        found = (
            one
            for one in self.provider.ledger.all("charge")
            if one["payment_intent"] in intents and one["status"] == "succeeded"
        )
        return list(found)[::-1]

    def refunds_of(self, reference, *, ours):
        """Its refunds that have not failed, by us or in the dashboard."""
        charges = {one["id"] for one in self.charges_of(reference)}
        return [
            one
            for one in self.provider.ledger.all("refund")
            if one["charge"] in charges
            and one["status"] == "succeeded"
            and ("refund_id" in one["metadata"]) == ours
        ]

    def given_back(self, reference):
        """What we gave back of it."""
        return sum(one["amount"] for one in self.refunds_of(reference, ours=True))

    def movements_of(self, reference):
        """The amounts, before fees, by which its money has moved the balance."""
        charges = {one["id"] for one in self.charges_of(reference)}
        return [
            one["amount"]
            for one in self.provider.ledger.all("balance_transaction")
            if one["source"] in charges
            or (self.provider.ledger.find(one["source"]) or {}).get("charge") in charges
        ]

    def is_told(self, reference):
        """Whether every letter about it has come."""
        charges = {one["id"] for one in self.charges_of(reference)}
        intents = {one["payment_intent"] for one in self.charges_of(reference)}
        for letter in self.letters + self.lost:
            about = letter["data"]["object"]
            if about["id"] in charges | intents or about.get("charge") in charges:
                return False
            if about.get("payment_intent") in intents:
                return False
        return True

    async def deliver(self, letter):
        """A letter arrives; True where it was accepted."""
        body, headers = signed(letter)
        with suppress(ClientError):
            async with self.client.post(WEBHOOK, data=body, headers=headers) as answer:
                return answer.status == 200
        return False

    async def post_letters(self, count=1_000_000, first=0):
        """Deliver so many of the letters; what is not accepted stays under way."""
        for letter in self.letters[first : first + count]:
            if await self.deliver(letter):
                self.letters.remove(letter)
                self.delivered.append(letter)
