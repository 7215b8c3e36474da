"""Money of a booking goes back out of its payments, the newest first, once under one name."""

from maritime_app.bookings import money_back
from tests.factories import a_sailing, an_ask
from tests.other_ship import booked
from tests.rows import execute, values

# As a change that made the journey dearer leaves it.
A_SECOND_PAYMENT = """
insert into payment
select (jsonb_populate_record(null::payment, to_jsonb(p) || jsonb_build_object(
    'id', gen_random_uuid(), 'part_id', gen_random_uuid(), 'intent_id', 'pi_2',
    'charge_id', 'ch_2', 'received_minor', 1000, 'amount_minor', 1000,
    'created_at', p.created_at + interval '1 minute',
    'kept_at', p.kept_at + interval '1 minute'))).* from payment p
"""


async def given(res, booking, amount_minor, key):
    async with res.db.transaction() as conn:
        return await money_back.give_back(conn, booking, amount_minor, "goodwill", key)


async def test_it_works(client, resources):
    booking = await booked(client, resources, an_ask(await a_sailing(resources.db)))
    await execute(resources, A_SECOND_PAYMENT)

    assert await given(resources, booking, 1300, "once") == 1300

    parts = "select r.amount_minor from refund r join payment p on p.id = r.payment_id order by "
    assert await values(resources, f"{parts} p.created_at") == [300, 1000]


async def test_the_same_name_gives_nothing_back_of_the_other_payment_either(client, resources):
    """The newest is empty by then: what is asked for again must not come out of the one before."""
    booking = await booked(client, resources, an_ask(await a_sailing(resources.db)))
    await execute(resources, A_SECOND_PAYMENT)

    assert await given(resources, booking, 1000, "once") == 1000
    assert await given(resources, booking, 1000, "once") == 0

    assert await values(resources, "select amount_minor from refund") == [1000]
    assert await given(resources, booking, 200, "another") == 200


async def test_never_more_than_arrived(client, resources):
    booking = await booked(client, resources, an_ask(await a_sailing(resources.db)))

    assert await given(resources, booking, booking.total_minor + 1, "all") == booking.total_minor
    assert await given(resources, booking, 1, "more") == 0
