"""Cards, charges and ends of mandates that nobody has heard of."""

from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.mandates import granting, mails, paying, store
from maritime_app.bookings.mandates.model import UseStatus
from maritime_app.infra.history.batched_erasure import erase_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_MOST_AT_ONCE = 200
_LOOK_SECONDS = 60.0


async def follow_mandates(res: Resources) -> str:
    """End mandates whose time is over; have cards and charges asked after that are open."""
    expired = await granting.expire(res)
    minute = int(clock.now().timestamp() // 60)
    async with res.db.transaction() as conn:
        saved = await store.cards_to_look_for(conn, _LOOK_SECONDS, _MOST_AT_ONCE)
        for mandate_id in saved:
            await enqueue(
                conn,
                "bookings.learn_saved_card",
                {"mandate_id": str(mandate_id)},
                subject=(mails.PURPOSE, str(mandate_id)),
                unique_key=f"saved_card:{mandate_id}:{minute}",
            )
        uses = await store.open_uses(conn, paying.SETTLED_AFTER_SECONDS, _MOST_AT_ONCE)
        for use_id in uses:
            await enqueue(
                conn,
                "bookings.follow_mandate_use",
                {"use_id": str(use_id)},
                subject=("mandate_use", str(use_id)),
                unique_key=f"mandate_use:{use_id}:{minute}",
            )
    return f"{expired} expired, {len(saved)} cards and {len(uses)} charges asked after"


async def learn_saved_card(res: Resources, *, mandate_id: str) -> str:
    """Ask whether a card was saved whose holder has not come back."""
    mandate = await granting.learn_card(res, UUID(mandate_id))
    return f"the mandate is {mandate.status}"


async def follow_mandate_use(res: Resources, *, use_id: str) -> str:
    """Learn what came of a charge whose answer was lost."""
    async with res.db.acquire() as conn:
        use = await store.use(conn, UUID(use_id))
    if use.status is UseStatus.TAKEN:
        use = await paying.follow(res, use)
    return f"the use is {use.status}"


async def give_up_card(res: Resources, *, mandate_id: str) -> str:
    """Let the card of a mandate that is over be charged never again."""
    return await granting.give_up_card(res, UUID(mandate_id))


async def erase_mandates(res: Resources) -> str:
    """Erase whose mandate it was, as long after its end as other personal data."""
    days = res.settings.privacy.personal_days
    return f"{await erase_in_batches(res.db, store.SQL.erase_mandates, days)} mandates"


TASKS = [
    Task(
        "bookings.follow_mandates",
        follow_mandates,
        tries=3,
        timeout_seconds=60,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "bookings.learn_saved_card",
        learn_saved_card,
        tries=3,
        timeout_seconds=45,
        again_seconds=_LOOK_SECONDS,
    ),
    Task(
        "bookings.follow_mandate_use",
        follow_mandate_use,
        tries=3,
        timeout_seconds=45,
        again_seconds=_LOOK_SECONDS,
    ),
    Task("bookings.give_up_card", give_up_card, tries=15, timeout_seconds=45),
    Task(
        "bookings.erase_mandates",
        erase_mandates,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("bookings.follow_mandates", every_seconds=30),
    Cron("bookings.erase_mandates", every_seconds=86_400),
]
