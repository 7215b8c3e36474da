"""A mail that helps nobody any more is not sent: after hours without a mail server, or a pause."""

from datetime import datetime, timedelta

import pytest

from maritime_app import clock
from maritime_app.bookings.mailing.mail_content import (
    BookingMail,
    ChangeNews,
    LeavingNews,
    MailLeg,
    MailOperator,
    MailPlace,
)
from maritime_app.bookings.mailing.mails import (
    CHANGE_TO_PAY,
    DEVICE_CODE,
    IN_PORT,
    PAYMENT_FAILED,
    REMINDER,
)
from maritime_app.emails import service
from maritime_app.money import Money
from maritime_app.ops import service as ops
from tests.booked import nothing_is_broken

OSLO = MailPlace("NOOSL", "Oslo", "Europe/Oslo")
KIEL = MailPlace("DEKEL", "Kiel", "Europe/Berlin")


async def test_it_works(played, mailbox):
    mail_id = await written(played, REMINDER, leaves=clock.now() - timedelta(minutes=1))

    assert await service.send(played, REMINDER, mail_id) == "not sent: it came too late to help"

    assert await mailbox() == []
    async with played.db.acquire() as conn:
        mail = await conn.fetchrow("select recipient, sent_at, context from mail")
    assert tuple(mail) == ("", None, {})
    assert await service.send(played, REMINDER, mail_id) == "no such mail"
    await finished(played)
    await nothing_is_broken(played)
    assert (await ops.lags(played)).mails_waiting == 0


@pytest.mark.parametrize(
    ("kind", "ago"), [(REMINDER, timedelta(hours=-1)), (IN_PORT, timedelta(hours=5))]
)
async def test_what_still_helps_is_sent(played, mailbox, kind, ago):
    mail_id = await written(played, kind, leaves=clock.now() - ago)

    assert await service.send(played, kind, mail_id) == "sent"
    assert len(await mailbox()) == 1


async def test_nobody_is_told_of_a_ship_in_port_that_has_sailed_long_since(played, mailbox):
    mail_id = await written(played, IN_PORT, leaves=clock.now() - timedelta(hours=7))

    assert (await service.send(played, IN_PORT, mail_id)).startswith("not sent")
    assert await mailbox() == []


def asked_until(instant):
    """What each kind says of the instant until which it asks for something."""
    return [
        (PAYMENT_FAILED, {"expires_at": instant}),
        (CHANGE_TO_PAY, {"change": ChangeNews(Money(900, "EUR"), instant, "http://x.example/p")}),
        (DEVICE_CODE, {"code": "123456", "code_until": instant}),
    ]


@pytest.mark.parametrize("place", range(3))
async def test_nobody_is_asked_for_what_is_over(played, mailbox, place):
    """To pay for places that are free again, or to enter a code that has ended."""
    kind, said = asked_until(clock.now() - timedelta(seconds=1))[place]
    mail_id = await written(played, kind, leaves=clock.now() + timedelta(days=2), **said)
    assert (await service.send(played, kind, mail_id)).startswith("not sent")

    kind, said = asked_until(clock.now() + timedelta(minutes=5))[place]
    mail_id = await written(played, kind, "soon", leaves=clock.now() + timedelta(days=2), **said)
    assert await service.send(played, kind, mail_id) == "sent"
    assert len(await mailbox()) == 1


async def written(played, kind, key="late", *, leaves: datetime, **said):
    operator = MailOperator("Northern Test Line")
    leg = MailLeg(OSLO, KIEL, leaves, leaves + timedelta(hours=20), operator, "Aurora Borealis")
    price = Money(12_350, "EUR")
    context = BookingMail(
        "W7XN4QTR", "confirmed", (leg,), (), (), price,
        "http://x.example/b", "http://x.example/t", "http://x.example/p",
        leaving=LeavingNews(leg, "hours", leaves, leaves), **said,
    )  # fmt: skip
    async with played.db.transaction() as conn:
        await service.write(
            conn, kind, unique_key=key, recipient="ada@example.org", language="en",
            context=context, subject=("bookings", "late"),
        )  # fmt: skip
        return await conn.fetchval("select id from mail where unique_key = $1", key)


async def finished(played):
    """As the worker that sent it leaves its task."""
    async with played.db.acquire() as conn:
        await conn.execute("update job set state = 'done'")
