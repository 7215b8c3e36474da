"""A mail that helps nobody any more is not sent: after hours without a mail server, or a pause."""

from datetime import datetime, timedelta

import pytest

from maritime_app import clock
from maritime_app.bookings.mailing.mail_content import (
    BookingMail,
    LeavingNews,
    MailLeg,
    MailOperator,
    MailPlace,
)
from maritime_app.bookings.mailing.mails import IN_PORT, REMINDER
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


async def written(played, kind, *, leaves: datetime):
    operator = MailOperator("Northern Test Line")
    leg = MailLeg(OSLO, KIEL, leaves, leaves + timedelta(hours=20), operator, "Aurora Borealis")
    price = Money(12_350, "EUR")
    context = BookingMail(
        "W7XN4QTR", "confirmed", (leg,), (), (), price,
        "http://x.example/b", "http://x.example/t", "http://x.example/p",
        leaving=LeavingNews(leg, "hours", leaves, leaves),
    )  # fmt: skip
    async with played.db.transaction() as conn:
        await service.write(
            conn, kind, unique_key="late", recipient="ada@example.org", language="en",
            context=context, subject=("bookings", "late"),
        )  # fmt: skip
        return await conn.fetchval("select id from mail")


async def finished(played):
    """As the worker that sent it leaves its task."""
    async with played.db.acquire() as conn:
        await conn.execute("update job set state = 'done'")
