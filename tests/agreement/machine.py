"""The rules: what customers, staff, banks, operators, clocks and a killed process do to bookings.

After each of them Stripe's letters may come or stay under way, jobs run, and the books are compared
(`Walk.the_books_agree`).
"""

import asyncio
from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from maritime_app import clock
from maritime_app.bookings import jobs as bookings
from maritime_app.bookings.money import service as money
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import (
    ActingStaff,
    ActRequest,
    CancelRequest,
    ChangeReason,
    TimesRequest,
)
from maritime_app.infra.db import server_clock
from maritime_app.payments import jobs as payments
from maritime_app.payments.model import DisputeDecision
from maritime_app.sandbox.stripe.objects import disputes, refunds
from tests.agreement.model import CANCELLED, CONFIRMED, HELD, Account, Party, Sailing
from tests.agreement.world import LOST, NO, SILENT
from tests.factories import ADA, BO, an_ask, local_day, pay

HOUSE = ActingStaff()
OWN, OWN_ADULT = ("GRPIR", "GRHER", "AEG-PIR-HER"), 4_550
REMOTE = ("DEKEL", "SEGOT", "NDL")
PICK = st.integers(0, 2)
POST = st.sampled_from(["at once", "at once", "later"])
DEATH = st.none() | st.tuples(st.integers(1, 6), st.booleans())  # at that step, before or after it
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"


def needs(test):
    """A rule that needs a party of which this is true."""
    return precondition(lambda walk: any(map(test, walk.account.parties)))


def is_held(party):
    return party.state == HELD


def is_confirmed(party):
    return party.state == CONFIRMED


def is_ours(party):
    return party.state == CONFIRMED and not party.sailing.is_remote


def is_paid(party):
    return party.paid_minor > 0


def is_disputed(party):
    return party.dispute is not None


def may_be_disputed(party):
    return party.paid_minor > 0 and party.dispute is None


def is_stranded(party):
    return party.state == CONFIRMED and party.sailing.is_cancelled


class Walk(RuleBasedStateMachine):
    """A few bookings, and what happens to them, one thing after the other."""

    world: Any  # a World, and the loop in which it lives
    loop: asyncio.AbstractEventLoop

    def __init__(self):
        super().__init__()
        self.account, self.sailings = Account(), []
        self.world.begin()
        self.before = self.world.balance()

    def run(self, doing):
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)

    def pick(self, number, test):
        found = [one for one in self.account.parties if test(one)]
        return found[number % len(found)]

    def then(self, post):
        """Letters come or stay, jobs run."""
        if post == "at once":
            self.run(self.world.post_letters())
        self.run(self.world.work())

    def on_time(self):
        """Customers ask a process that has measured its clock: it knows no link of the future."""
        self.run(server_clock.begin(self.world.played.db))

    def customer(self, party, what, **fields):
        """What a customer asks of their booking: the status, and the answer."""
        self.on_time()
        path = f"/api/v1/bookings/{party.reference}/{what}"
        return self.run(self.world.post(path, {"token": party.booking["token"], **fields}))

    def desk(self, party, what, **fields):
        """What staff do to it."""
        path = f"/api/v1/back-office/bookings/{party.reference}/{what}"
        return self.run(self.world.post(path, fields, **self.world.staff))

    # --- search, hold, pay -----------------------------------------------------------------------

    @initialize(
        days=st.sampled_from([3, 4, 6, 9]),
        remote=st.booleans(),
        people=st.integers(1, 2),
        booking=st.sampled_from([*["held", "paid"] * 4, "stranded"]),
        dies=DEATH,
    )
    def a_world(self, days, remote, people, booking, dies):
        """Two sailings of ours and one of a remote operator, and one booking to begin with."""
        self.sailings = [self.sail(days, index) for index in (0, 1)]
        if remote:
            self.sailings.append(self.sail_there())
        self.hold(2 if remote and booking != "stranded" else 0, people)
        if booking != "held":
            self.pay(0, "at once")
        if booking == "stranded":
            self.cancel_sailing(0)
            self.the_books_agree()  # which says what it is by now
            if any(map(is_stranded, self.account.parties)):
                self.choose_another_sailing(0, dies, "at once")

    def sail(self, days, index):
        day = local_day(days)
        minutes = (2 * self.world.walked + index) % (23 * 60)
        zone = ZoneInfo("Europe/Athens")
        departs = datetime.combine(day, time(0, 30), zone) + timedelta(minutes=minutes)
        made = self.run(self.world.copy_sailing(OWN, departs))
        hours = (departs - clock.now()).total_seconds() / 3600
        return Sailing(str(made), OWN_ADULT, day, hours)

    def sail_there(self):
        day = local_day(20 + self.world.walked % 40)
        offers = [one for one in self.found(REMOTE, day) if one["operator"]["code"] == REMOTE[2]]
        price = offers[0]["price"]["amount_minor"]
        return Sailing(offers[0]["sailing_id"], price, day, 400.0, is_remote=True)

    def found(self, way, day):
        path = f"/api/v1/ferries/search?from={way[0]}&to={way[1]}&date={day}&adults=1"
        status, found = self.run(self.world.get(path))
        assert status == 200, found
        return found["outbound"]

    @rule(number=PICK)
    def search(self, number):
        """What is found is what is sold, for what it costs."""
        sailing = self.sailings[number % len(self.sailings)]
        way = REMOTE if sailing.is_remote else OWN
        found = [one for one in self.found(way, sailing.day) if one["sailing_id"] == sailing.id]
        assert any(one["bookable"] for one in found) == sailing.on_sale
        if sailing.on_sale:
            assert found[0]["price"]["amount_minor"] == sailing.adult_minor

    @rule(number=PICK, people=st.integers(1, 2))
    @precondition(lambda walk: len(walk.account.parties) < 3)
    def hold(self, number, people):
        sailing = self.sailings[number % len(self.sailings)]
        self.on_time()
        ask = an_ask(sailing.id, people=[ADA, BO][:people])
        key = {"Idempotency-Key": str(uuid4())}
        status, booking = self.run(self.world.post("/api/v1/bookings", ask, **key))
        assert status == (201 if sailing.on_sale else 409), booking
        if status == 201:
            total = booking["total"]["amount_minor"]
            assert total == people * sailing.adult_minor
            self.account.parties.append(Party(booking, sailing, total))

    @rule(number=PICK, post=POST)
    @needs(is_held)
    def pay(self, number, post):
        party = self.pick(number, is_held)
        self.pay_due(party, party.booking)
        self.then(post)

    @rule(number=PICK)
    @needs(is_held)
    def decline(self, number):
        party = self.pick(number, is_held)
        self.pay_due(party, party.booking, DECLINED_CARD)
        self.then("at once")

    def pay_due(self, party, due, card=GOOD_CARD):
        """Pay where the page at Stripe is open: its own account says whether it took the money."""
        self.on_time()
        before = self.world.charges_of(party.reference)
        status, page = self.run(self.world.get(due["checkout_url"]))
        if status == 200 and 'name="number"' in page:
            self.run(pay(self.world.client, due, card))
        for charge in self.world.charges_of(party.reference)[len(before) :]:
            assert card == GOOD_CARD
            self.account.charged(party, charge["amount"])

    @rule(number=PICK)
    @needs(is_held)
    def come_back(self, number):
        """The page after paying asks Stripe itself."""
        party = self.pick(number, is_held)
        self.on_time()
        path = f"/bookings/{party.reference}/return?token={party.booking['token']}"
        status, page = self.run(self.world.get(path))
        assert status == 200, page
        self.then("later")

    @rule(number=PICK)
    @needs(is_held)
    def time_is_over(self, number):
        party = self.pick(number, is_held)
        party.is_over = True
        self.run(
            self.world.execute(
                "update booking set expires_at = now() - interval '1 second'"
                " where reference = $1 and status = 'held'",
                party.reference,
            )
        )
        self.run(self.world.do(bookings.expire_holds))
        self.then("later")

    # --- letters ---------------------------------------------------------------------------------

    @rule(number=st.integers(0, 9))
    @precondition(lambda walk: walk.world.letters)
    def a_letter_comes(self, number):
        """Any of those under way: late, or before those that were sent before it."""
        self.run(self.world.post_letters(1, number % len(self.world.letters)))
        self.then("later")

    @rule(number=st.integers(0, 9))
    @precondition(lambda walk: walk.world.delivered)
    def a_letter_comes_again(self, number):
        letters = self.world.delivered
        self.run(self.world.deliver(letters[number % len(letters)]))
        self.then("later")

    @rule(number=st.integers(0, 9))
    @precondition(lambda walk: walk.world.letters)
    def a_letter_is_lost(self, number):
        letters = self.world.letters
        self.world.lost.append(letters.pop(number % len(letters)))

    # --- leaving, changing -----------------------------------------------------------------------

    @rule(number=PICK, post=POST)
    @needs(is_confirmed)
    def cancel(self, number, post):
        party = self.pick(number, is_confirmed)
        status, quote = self.customer(party, "cancel-quote")
        assert status in (200, 409), quote
        if status == 200:
            fee = quote["fee"]["amount_minor"]
            costs = self.run(self.world.books([party.reference]))[0]["total_minor"]
            as_sold = costs == party.net_minor == party.total_minor
            as_sold &= not party.sailing.is_remote
            assert not as_sold or fee == party.leaving_minor, quote
            status, answer = self.customer(party, "cancel", fee_minor=fee)
            assert status in (200, 409), answer
            self.may_have_ended(party, fee)
        self.then(post)

    @rule(number=PICK)
    @needs(is_held)
    def give_up(self, number):
        """Leave before paying, or before anybody knows of it."""
        party = self.pick(number, is_held)
        status, answer = self.customer(party, "cancel", fee_minor=0)
        assert status in (200, 409), answer
        self.may_have_ended(party, 0)
        self.then("later")

    @rule(number=PICK)
    @needs(is_confirmed)
    def cancel_at_the_desk(self, number):
        party = self.pick(number, is_confirmed)
        status, answer = self.desk(party, "cancel", fee_minor=0, reason="goodwill")
        assert status in (200, 409), answer
        self.may_have_ended(party, 0)
        self.then("at once")

    def may_have_ended(self, party, fee):
        """An answer may be lost: the booking says whether it has ended."""
        if self.run(self.world.books([party.reference]))[0]["status"] == CANCELLED:
            party.state, party.fee_minor = CANCELLED, fee

    @rule(number=PICK)
    @needs(is_confirmed)
    def goodwill(self, number):
        party = self.pick(number, is_confirmed)
        path = f"/api/v1/back-office/bookings/{party.reference}"
        status, file = self.run(self.world.get(path, **self.world.staff))
        assert status == 200
        amount = min(100, file["refundable_minor"])
        if amount:
            asked = {"amount_minor": amount, "claimed_minor": file["claimed_minor"]}
            status, answer = self.desk(party, "refund", note="Sorry.", **asked)
            assert status in (200, 409), answer
            party.goodwill_minor += amount if status == 200 else 0
        self.then("at once")

    @rule(number=PICK, what=st.sampled_from(["bring Bo", "leave Bo", "go later"]), post=POST)
    @needs(is_ours)
    def change(self, number, what, post):
        """Bring somebody, cancel a part of the people, take the other sailing."""
        party = self.pick(number, is_ours)
        other = self.other_than(party.sailing)
        wanted = {
            "bring Bo": {"passengers": [{**ADA, "number": 1}, BO]},
            "leave Bo": {"passengers": [{**ADA, "number": 1}]},
            "go later": {"legs": [{"number": 1, "sailing_id": other.id}]},
        }[what]
        status, quote = self.customer(party, "change-quote", change=wanted)
        if status == 200:
            self.order(party, wanted, quote, other if what == "go later" else party.sailing)
        self.then(post)

    def order(self, party, wanted, quote, sailing):
        due = quote["difference"]["amount_minor"]
        status, booking = self.customer(party, "change", change=wanted, difference_minor=due)
        assert status in (200, 409), booking
        party.ordered[quote["total"]["amount_minor"]] = sailing
        held = booking.get("change")
        if held and held["checkout_url"]:
            self.pay_due(party, held)

    # --- Stripe's dashboard, banks ---------------------------------------------------------------

    @rule(number=PICK, whole=st.booleans(), post=POST)
    @needs(is_paid)
    def refund_at_the_dashboard(self, number, whole, post):
        party = self.pick(number, is_paid)
        charge = self.world.charges_of(party.reference)[-1]
        left = charge["amount"] - charge["amount_refunded"]
        amount = left if whole else min(300, left)
        if amount and not charge["disputed"]:
            self.world.act(refunds.create, charge=charge["id"], amount=amount)
            self.account.given_back(party, amount)
        self.then(post)

    @rule(number=PICK, post=POST)
    @needs(is_paid)
    def a_refund_fails_late(self, number, post):
        party = self.pick(number, is_paid)
        sent = self.world.refunds_of(party.reference, ours=True)
        if sent:
            failed = sent[number % len(sent)]
            self.world.fail(failed)
            party.ours_minor -= failed["amount"]
            party.failed_minor += failed["amount"]
        self.then(post)

    @rule(number=PICK, post=POST)
    @needs(may_be_disputed)
    def dispute(self, number, post):
        party = self.pick(number, may_be_disputed)
        charge = self.world.charges_of(party.reference)[-1]
        if not charge["disputed"] and charge["amount"] > charge["amount_refunded"]:
            made = self.world.act(lambda call: disputes.start(call, charge["id"]))
            self.account.disputed(party, made["id"], made["amount"])
        self.then(post)

    @rule(number=PICK, won=st.booleans(), post=POST)
    @needs(is_disputed)
    def the_bank_decides(self, number, won, post):
        self.decided(self.pick(number, is_disputed), won)
        self.then(post)

    def decided(self, party, won):
        closed = self.world.act(lambda call: disputes.close(call, party.dispute, won))
        party.dispute = None
        if won:
            self.account.won(party, closed["amount"])

    # --- operators, sailings ---------------------------------------------------------------------

    @rule(moods=st.lists(st.sampled_from([NO, SILENT, LOST]), min_size=1, max_size=2))
    @precondition(lambda walk: len(walk.sailings) > 2)
    def the_operator_will_say(self, moods):
        self.world.operator.moods[:] = moods
        for party in self.account.parties:
            party.may_be_refused |= NO in moods and party.sailing.is_remote

    @rule(number=st.integers(0, 1))
    def delay_sailing(self, number):
        sailing = self.sailings[number]
        if not sailing.is_cancelled and not sailing.is_late:
            found = self.run(self.managed(sailing))
            departs = found.departs_at + timedelta(hours=3)
            asked = TimesRequest(found.version, departs, reason=ChangeReason.OPERATIONAL)
            self.run(operations.retime(self.world.played, HOUSE, found.id, asked))
            sailing.is_late = True
            self.then("later")

    @rule(number=st.integers(0, 1))
    def close_sailing(self, number):
        sailing = self.sailings[number]
        if sailing.on_sale:
            found = self.run(self.managed(sailing))
            asked = ActRequest(found.version)
            self.run(operations.close_sales(self.world.played, HOUSE, found.id, asked))
            sailing.is_closed = True
            self.then("later")

    @rule(number=st.integers(0, 1))
    def cancel_sailing(self, number):
        sailing = self.sailings[number]
        if not sailing.is_cancelled:
            found = self.run(self.managed(sailing))
            asked = CancelRequest(found.version, ChangeReason.TECHNICAL, "Engine.")
            self.run(operations.cancel(self.world.played, HOUSE, found.id, asked))
            sailing.is_cancelled = True
            self.then("later")

    def managed(self, sailing):
        return operations.sailing(self.world.played, HOUSE, UUID(sailing.id))

    @rule(number=PICK)
    @needs(is_stranded)
    def take_money_back(self, number):
        party = self.pick(number, is_stranded)
        status, answer = self.customer(party, "disruption/refund")
        assert status in (200, 409), answer
        self.may_have_ended(party, 0)
        self.then("at once")

    @rule(number=PICK, dies=DEATH, post=POST)
    @needs(is_stranded)
    def choose_another_sailing(self, number, dies, post):
        """Take the walk's other one for nothing, also from a process that dies of it: all or none.

        What else sails belongs to other walks, and nobody here knows what they did to it.
        """
        party = self.pick(number, is_stranded)
        status, choice = self.customer(party, "disruption")
        assert status in (200, 404), choice
        found = {one["sailing_id"] for one in choice.get("alternatives", [])}
        assert not found & {one.id for one in self.sailings if one.is_cancelled}, found
        other = self.other_than(party.sailing)
        if other.id in found:
            self.world.dies_at = dies
            status, answer = self.customer(party, "disruption/rebook", sailing_id=other.id)
            assert status in (200, 409), answer
            self.may_have_moved(party, other, must=status == 200)
        self.then(post)

    def may_have_moved(self, party, other, *, must):
        """An answer may be lost: the booking says what it sails on."""
        now = self.run(self.world.sailing_of(party.reference))
        assert now == other.id or (now == party.sailing.id and not must), (now, other)
        if now == other.id:
            party.ordered.clear()  # what was not paid of a change ends with it
            party.sailing = other

    def other_than(self, sailing):
        return self.sailings[self.sailings[0] is sailing]

    # --- clocks, deaths, nights ------------------------------------------------------------------

    @rule(minutes=st.sampled_from([-90, -20, 20, 90]))
    def the_clock_jumps(self, minutes):
        """This process's clock, until it is measured again."""
        clock.correct(minutes * 60.0)

    @rule()
    def the_clock_is_measured(self):
        self.on_time()

    @rule(at=st.integers(1, 6), before=st.booleans())
    def kill(self, at, before):
        """The process dies at its n-th step from here, before or after it was done."""
        self.world.dies_at = (at, before)

    @rule()
    def the_balance_is_read(self):
        self.run(self.world.do(payments.read_balance))
        self.then("later")

    @rule()
    def a_night_passes(self):
        """Whatever was lost is found; staff decide, and pay by hand what no card takes."""
        self.run(self.world.night())
        by_reference = {one.reference: one for one in self.account.parties}
        if self.run(self.in_the_morning(by_reference)):
            self.run(self.world.night())

    async def in_the_morning(self, parties):
        """Whether there was anything to do."""
        done = 0
        while owed := await self.world.owed(list(parties)):
            party = parties[owed[0]["reference"]]
            before = (await self.world.books([party.reference]))[0]
            asked = {"refund_id": str(owed[0]["id"]), "amount_minor": owed[0]["owed_minor"]}
            asked |= {"owed_minor": owed[0]["owed_minor"], "method": "elsewhere", "note": "Cash."}
            path = f"/api/v1/back-office/bookings/{party.reference}/pay-again"
            status, answer = await self.world.post(path, asked, **self.world.staff)
            assert status == 200, answer
            after = (await self.world.books([party.reference]))[0]
            dealt_with = before["owed"] - after["owed"]
            assert dealt_with > 0, party
            party.paid_by_hand(dealt_with, after["by_hand"] - before["by_hand"])
            done += 1
        for row in await self.world.lost_disputes(list(parties)):
            travel = DisputeDecision.HONOURED
            await money.decide(self.world.played, row["booking_id"], row["id"], travel, "vera")
            done += 1
        return done

    # --- what must be true -----------------------------------------------------------------------

    @invariant()
    def the_books_agree(self):
        """Stripe's balance is what was done to it, the ledger is what we have heard of that, and a
        booking of which we have heard everything has given back what it holds too much.
        """
        parties = {one.reference: one for one in self.account.parties}
        ours = {one: self.world.given_back(one) for one in parties}
        assert self.world.balance() - self.before == self.account.balance_minor - sum(ours.values())
        for row in self.run(self.world.books(list(parties))):
            party = parties[row["reference"]]
            heard, moved = Counter(row["heard"]), Counter(self.world.movements_of(party.reference))
            assert not heard - moved, (heard, moved)
            assert row["by_hand"] == party.by_hand_minor, (row["by_hand"], party)
            if self.world.is_told(party.reference) and not row["waits"]:
                assert heard == moved, (heard, moved)
                party.follow(row["status"], row["total_minor"])
                party.gave(ours[party.reference], row["owed"])

    def teardown(self):
        """A walk ends with a night: then everything is known, and nothing is owed."""
        if self.sailings:
            for party in filter(is_disputed, self.account.parties):
                self.decided(party, False)
            self.a_night_passes()
            self.the_books_agree()
            for row in self.run(self.world.books([one.reference for one in self.account.parties])):
                assert self.world.is_told(row["reference"])
                assert not row["waits"]
                assert row["owed"] == row["on_its_way"] == 0, (dict(row), self.account.parties)
            given_twice = (one.reference for one in self.account.parties if one.has_more_than_paid)
            self.world.given_twice.update(given_twice)
