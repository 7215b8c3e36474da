"""What must always be true: each breach is planted by hand, and found; without one there is
silence.
"""

from typing import Any, cast
from uuid import UUID

import pytest

from maritime_app import clock, domains
from maritime_app.errors import Invalid
from maritime_app.infra.invariant import Exceptional, Invariant
from maritime_app.jobs import selftest
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.workers import working
from maritime_app.ops import invariants, jobs, service, store
from tests.factories import a_sailing, an_ask, book

MAILED = (
    "insert into mail (id, unique_key, template, recipient, language, context, sent_at)"
    " select gen_random_uuid(), 'booking:' || id || ':confirmation:1', 'booking_confirmation',"
    " contact_email, 'en', '{}', now() from booking;"
)
PAID = (
    "update booking set status = '{status}', paid_at = now(), confirmed_at = now();"
    "update booking_leg set operator_reference = 'NOR-1';"
    "update payment set status = 'succeeded', received_minor = amount_minor, settled_at = now(),"
    " kept_at = now();"
    "insert into mail (id, unique_key, template, recipient, language, context, sent_at)"
    " select gen_random_uuid(), 'booking:' || id || ':confirmation:1', 'booking_confirmation',"
    " contact_email, 'en',"
    " '{{}}', now() from booking;"
    "insert into ledger (transaction_id, account, amount_minor, currency, memo)"
    " select p.id, l.account, l.amount_minor, p.currency, 'payment' from payment p"
    " cross join lateral (values ('stripe', p.received_minor),"
    " ('bookings:' || p.subject_id, -p.received_minor)) as l (account, amount_minor);"
)
CONFIRMED = PAID.format(status="confirmed")
INVOICED = (
    "insert into invoice_issuer (operator_id, legal_name, last_number)"
    " select id, name, 1 from operator;"
    "insert into invoice (id, booking_id, issuer_id, number, kind, occasion, currency,"
    " total_minor, content, buyer) select gen_random_uuid(), b.id, o.id, 1, 'invoice',"
    " 'confirmed', b.currency, b.total_minor, '{}', '' from booking b, operator o;"
)
# What is planted, and the words of the invariant that must notice; each stands on a confirmed, paid
# booking.
_MANDATE = (
    "insert into mandate (id, status, email, language, limit_minor, currency, most_bookings,"
    " valid_until, customer_id, method_id, card_brand, card_last4) values (gen_random_uuid(),"
    " 'active', 'ada@example.org', 'en', 100000, 'EUR', 1, now(), 'cus', 'pm', 'visa', '4242');"
    " insert into mandate_use (id, mandate_id, booking_id, payment_id, amount_minor, status)"
    " select gen_random_uuid(), m.id, p.subject_id, p.id, p.amount_minor, 'spent'"
    " from mandate m, payment p where p.status = 'succeeded';"
)
_CODE = (
    "insert into promotion (id, operator_id, code, percent, uses) select gen_random_uuid(), id,"
    " 'EARLY', 10, 1 from operator limit 1; insert into promotion_use (booking_id, promotion_id,"
    " amount_minor) select b.id, p.id, 100 from booking b, promotion p;"
)
BREACHES = {
    "a use of a promo code that nothing counts": (
        f"{_CODE} update promotion set uses = 0",
        "promo codes are used by bookings that stand",
    ),
    "a use given back by who travels": (
        f"{_CODE} update promotion_use set given_back_at = now(); update promotion set uses = 0",
        "promo codes are used by bookings that stand",
    ),
    "a use of a booking that ended": (
        f"{_CODE} update booking set status = 'cancelled'",
        "promo codes are used by bookings that stand",
    ),
    "a promo code that nobody counted": (
        "update booking_item set item = 'promotion:EARLY'",
        "promo codes are used by bookings that stand",
    ),
    "a counter too high": (
        "update capacity set taken = taken + 1 where resource = 'passenger'",
        "nothing is oversold",
    ),
    "a counter too low": ("update capacity set taken = 0", "nothing is oversold"),
    "places taken by nobody": ("delete from leg_capacity", "nothing is oversold"),
    "a journey that lost its places, counter and all": (
        "delete from leg_capacity; update capacity set taken = 0",
        "have their places",
    ),
    "an ended one that kept them": ("update booking set status = 'expired'", "have their places"),
    "a price line of no booking": (
        (
            "insert into booking_item (booking_id, number, leg_number, item, quantity, unit_minor)"
            " values (gen_random_uuid(), 1, 1, 'adult', 1, 100)"
        ),
        "belongs to a booking",
    ),
    "oversold": (
        (
            "alter table capacity drop constraint capacity_not_oversold;"
            "update capacity set total = 1 where resource = 'passenger'"
        ),
        "nothing is oversold",
    ),
    "a gap in the numbers of invoices": (
        INVOICED + "update invoice_issuer set last_number = 2",
        "numbered without gaps",
    ),
    "a difference that nobody has settled": (
        (
            "insert into difference (kind, subject, party, day, currency, ours_minor, theirs_minor)"
            " values ('unexplained', 'txn_1', 'stripe', current_date, 'EUR', 0, 100)"
        ),
        "say of our money",
    ),
    "invoiced too little": (
        INVOICED + "update invoice set total_minor = total_minor - 1",
        "what was invoiced",
    ),
    "too little received": (
        "update payment set received_minor = received_minor - 1",
        "captured = kept",
    ),
    "cancelled without a refund": (
        (
            "update booking set status = 'cancelled', cancel_fee_minor = 0;"
            "delete from leg_capacity; update capacity set taken = 0;"
            "insert into mail (id, unique_key, template, recipient, language, context, sent_at)"
            " select gen_random_uuid(), 'booking:' || id || ':cancellation:2', 'cancellation', 'x',"
            " 'en', '{}', now()"
            " from booking"
        ),
        "captured = kept",
    ),
    "paid twice and nothing given back": (
        (
            "insert into payment (id, subject_kind, subject_id, amount_minor, currency, status,"
            " received_minor, settled_at)"
            " select gen_random_uuid(), subject_kind, subject_id, amount_minor, currency, status,"
            " received_minor, now() from payment"
        ),
        "captured = kept",
    ),
    "money that nobody decided on": (
        "update payment set kept_at = null, settled_at = now() - interval '1 hour'",
        "no money hangs",
    ),
    "expired with money kept": ("update booking set status = 'expired'", "captured = kept"),
    "a failed refund that nobody pays again": (
        (
            "insert into refund (id, payment_id, amount_minor, reason, unique_key, status, failure)"
            " select gen_random_uuid(), id, 100, 'cancelled', 'planted', 'failed', 'lost card'"
            " from payment"
        ),
        "nothing is owed",
    ),
    "a lost dispute that nobody decided": (
        (
            "insert into dispute (id, payment_id, amount_minor, currency, reason, status,"
            " withdrawn_minor, opened_at, closed_at)"
            " select 'du_1', id, 100, currency, 'general', 'lost', 100, now(), now() from payment"
        ),
        "decided about the journey",
    ),
    "covered by nothing": (
        (
            "insert into refund (id, payment_id, amount_minor, reason, unique_key, status)"
            " select gen_random_uuid(), id, 100, 'cancelled', 'planted', 'covered' from payment"
        ),
        "counts as given back",
    ),
    "a payment that the ledger does not know": ("delete from ledger", "the ledger says"),
    "a one-sided ledger entry": (
        (
            "insert into ledger (transaction_id, account, amount_minor, currency, memo)"
            " values (gen_random_uuid(), 'stripe', 100, 'EUR', 'planted')"
        ),
        "adds up to zero",
    ),
    "refunded twice": (
        (
            "insert into refund (id, payment_id, amount_minor, reason, unique_key)"
            " select gen_random_uuid(), id,"
            " received_minor, 'cancelled', 'planted:' || n from payment, generate_series(1, 2) as n"
        ),
        "refunded twice",
    ),
    "confirmed without the operator": (
        "update booking_leg set operator_reference = null",
        "operator references",
    ),
    "confirmed without a payment": (
        "update payment set status = 'open', received_minor = null, kept_at = null",
        "operator references",
    ),
    "no confirmation mail": ("delete from mail; delete from mail_key", "has its mail"),
    "a refund without its mail": (
        (
            "insert into refund (id, payment_id, amount_minor, reason, unique_key, status)"
            " select gen_random_uuid(), id, 1, 'goodwill', 'planted', 'succeeded' from payment"
        ),
        "has its mail",
    ),
    "a mail that nobody will send": ("update mail set sent_at = null", "is sent or will be"),
    "a booking that hangs": (
        "update booking set status = 'confirming', paid_at = now() - interval '1 hour'",
        "no booking hangs",
    ),
    "a refund that hangs": (
        (
            "insert into refund (id, payment_id, amount_minor, reason, unique_key, created_at)"
            " select gen_random_uuid(), id, 1, 'goodwill', 'planted', now() - interval '1 hour'"
            " from payment"
        ),
        "no money hangs",
    ),
    "an event that nobody read": (
        (
            "insert into stripe_event (id, type, payload, received_at)"
            " values ('evt_1', 'charge.refunded', '{}', now() - interval '1 hour')"
        ),
        "no money hangs",
    ),
    "a job that nobody runs": (
        (
            "insert into job (id, task, queue, run_at)"
            " values (gen_random_uuid(), 'x', 'data', now() - interval '1 hour')"
        ),
        "no task hangs",
    ),
    "a pull that fails and fails": (
        (
            "insert into job (id, task, queue, state, unique_key, created_at, finished_at, error)"
            " values (gen_random_uuid(), 'x.pull', 'data', 'cancelled', 'cron:x.pull:{}:1',"
            " now() - interval '2 hours', now() - interval '1 hour', 'It does not answer.')"
        ),
        "what the clock starts gets done",
    ),
    "a mandate that paid too much": (
        _MANDATE + " update mandate set limit_minor = 1;",
        "no program has paid more",
    ),
}


@pytest.fixture
async def sound(client, resources):
    """A house in order: one confirmed, paid booking, and one that is held."""
    sailing = await a_sailing(resources.db)
    await book(client, an_ask(sailing))
    async with resources.db.acquire() as conn:
        await conn.execute(CONFIRMED)
    return resources


async def test_it_works(sound):
    assert await invariants.broken(sound, domains.INVARIANTS) == []


@pytest.mark.parametrize("name", BREACHES)
async def test_a_planted_breach_is_found(sound, name):
    planted, words = BREACHES[name]
    async with sound.db.acquire() as conn:
        await conn.execute(planted)

    found = await invariants.broken(sound, domains.INVARIANTS)

    assert any(words in breach.invariant for breach in found), found
    assert all(breach.subject and breach.detail for breach in found)


async def test_every_invariant_has_a_breach_that_was_planted():
    words = [invariant.meaning for invariant in domains.INVARIANTS]

    assert [
        meaning for meaning in words if not any(w in meaning for _sql, w in BREACHES.values())
    ] == []


async def test_an_overdue_hold_hangs(client, resources):
    await book(client, an_ask(await a_sailing(resources.db)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set expires_at = now() - interval '1 hour'")

    assert [
        breach.invariant for breach in await invariants.broken(resources, domains.INVARIANTS)
    ] == ["no booking hangs"]
    assert await invariants.broken(resources, domains.INVARIANTS, stuck_after_seconds=7200) == []


async def test_the_check_raises_an_alert_once(sound):
    check = jobs.checking_task(domains.INVARIANTS).run
    async with sound.db.acquire() as conn:
        await conn.execute("update capacity set taken = taken + 1 where resource = 'passenger'")

    assert await check(sound) == "1 exceptions"
    assert await check(sound) == "1 exceptions"

    async with sound.db.acquire() as conn:
        rows = await conn.fetch("select kind, message from alert")
    assert len(rows) == 1
    assert rows[0]["message"].startswith("nothing is oversold")


async def test_what_was_mended_is_whole_at_the_next_look(sound):
    async with sound.db.acquire() as conn:
        await conn.execute("delete from mail; delete from mail_key")
        assert await invariants.check(sound, domains.INVARIANTS) == 1
        kept, _walks = await service.last_checks(sound)
        await conn.execute(MAILED)

    assert kept["missing_mails"].breaches == 1
    assert await invariants.check(sound, domains.INVARIANTS) == 0
    kept, _walks = await service.last_checks(sound)
    assert (kept["missing_mails"].breaches, kept["missing_mails"].detail) == (0, None)


async def test_what_a_task_has_in_hand_is_left_to_a_later_look(sound):
    """Confirmed, and its mail not written yet, is nothing to call a person for; a task that hangs
    is no excuse for long.
    """
    async with sound.db.transaction() as conn:
        await conn.execute("delete from mail; delete from mail_key")
        booking_id = await conn.fetchval("select id from booking")
        job = await enqueue(conn, "x.on_its_way", subject=("bookings", str(booking_id)))

    assert await invariants.check(sound, domains.INVARIANTS) == 0

    async with sound.db.acquire() as conn:
        await conn.execute(
            "update job set created_at = created_at - interval '6 minutes' where id = $1", job
        )
    assert await invariants.check(sound, domains.INVARIANTS) == 1


async def test_history_is_walked_a_slice_at_a_time(sound, monkeypatch):
    """What happened long ago is found when the walk comes by, and stays found until it is mended;
    a look costs a slice, however much there is.
    """
    monkeypatch.setattr(invariants, "_SLICE", 2)
    noting = _Noting()
    walk = next(one.walk for one in domains.INVARIANTS if one.name == "broken_ledger")
    watched = Invariant("broken_ledger", "adds up", cast(Any, noting), walk)
    async with sound.db.acquire() as conn:
        await conn.execute("update ledger set at = now() - interval '90 days'")
        await conn.execute(
            "insert into ledger (transaction_id, account, amount_minor, currency, memo, at)"
            " select gen_random_uuid(), 'stripe', 100, 'EUR', 'planted',"
            " now() - interval '90 days' from generate_series(1, 4)"
        )
        walked = []
        for _look in range(3):
            await invariants.check(sound, [watched])
            walked.append((await store.walk(conn, "ledger")).walked_at is not None)

    assert walked == [False, False, True]
    assert [len(ids) for ids in noting.looked_at] == [2, 4, 5]
    assert len(set(noting.looked_at[-1])) == 5


async def test_a_process_whose_clock_is_ahead_hides_nothing_from_the_next_look(sound):
    clock.correct(5_400.0)
    await invariants.check(sound, domains.INVARIANTS)

    async with sound.db.acquire() as conn:
        walked = await conn.fetchval("select bool_and(touched_until <= now()) from invariant_walk")
    assert walked is True


class _Noting:
    """A query by which every subject is broken; it notes what it is asked for."""

    def __init__(self) -> None:
        self.looked_at: list[list[UUID]] = []

    async def fetch_all(self, _conn, _kind, ids):
        self.looked_at.append(ids)
        return [Exceptional(str(one), "broken", one) for one in ids]


async def test_tidying_up_takes_what_is_old_and_nothing_else(resources):
    async with resources.db.transaction() as conn:
        await enqueue(conn, "x.waits")
        for unique, days in (("old", 40), ("young", 20), ("cron:x:1", 2), ("cron:x:2", 0)):
            await enqueue(conn, "x.done", unique_key=unique)
            await conn.execute(
                "update job set state = 'done', finished_at = now() - make_interval(days => $2)"
                " where unique_key = $1",
                unique,
                days,
            )
        await enqueue(conn, "x.dead", unique_key="dead")
        await conn.execute(
            "update job set state = 'dead', finished_at = now() - interval '1 year'"
            " where unique_key = 'dead'"
        )
        await conn.execute(
            "insert into idempotency_key (scope, key, fingerprint, created_at)"
            " values ('b', 'old', '', now() - interval '2 days'), ('b', 'new', '', now())"
        )

    assert await jobs.tidy_up(resources) == "1 jobs, 0 keys of jobs, 1 idempotency keys deleted"

    async with resources.db.acquire() as conn:
        kept = {row["unique_key"] for row in await conn.fetch("select unique_key from job")}
    assert kept == {None, "old", "young", "cron:x:2", "dead"}


async def test_the_self_test_runs_each_harmless_task_through_the_queues(resources):
    async with working(resources, domains.TASKS, domains.CRONS):
        (tidy,) = await selftest.run(resources, domains.TASKS, only="ops.tidy_up")
        (check,) = await selftest.run(resources, domains.TASKS, only="ops.check_invariants")

    assert (tidy.task, tidy.ok) == ("ops.tidy_up", True)
    assert (check.ok, check.outcome) == (True, "done: 0 exceptions")


async def test_the_self_test_says_when_nobody_works(resources, monkeypatch):
    monkeypatch.setattr(selftest, "_PATIENCE_SECONDS", 0.05)

    (result,) = await selftest.run(resources, domains.TASKS, only="ops.tidy_up")

    assert (result.ok, result.outcome) == (False, "no worker of the queue data took it")


async def test_the_self_test_knows_its_tasks(resources):
    with pytest.raises(
        Invalid, match=r"no self-test for ops\.sweep_the_deck; choose one of bookings"
    ):
        await selftest.run(resources, domains.TASKS, only="ops.sweep_the_deck")
