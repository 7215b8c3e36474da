"""What staff do with a booking. Each act is in the audit log, in the transaction that does it."""

from uuid import UUID

from maritime_app.bookings import contacts, money_back, store as rows
from maritime_app.bookings.back_office import store
from maritime_app.bookings.back_office.audit import staff_id, write_audit
from maritime_app.bookings.back_office.model import (
    ContactRequest,
    NoteRequest,
    ResendRequest,
    StaffCancelRequest,
    StaffChangeRequest,
)
from maritime_app.bookings.back_office.service import (
    booking_for,
    booking_to_change,
    check_all_legs,
    mail_kind,
)
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.changes import paying
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import ChangeOrder
from maritime_app.bookings.changes.service import booking_changed
from maritime_app.bookings.invoices import buyers, service as invoices
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.model import (
    Booking,
    BookingStatus,
    Contact,
)
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.bookings.tickets import service as tickets
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources


async def add_note(res: Resources, acting: ActingStaff, reference: str, asked: NoteRequest) -> None:
    """Keep a note for the others; raise Invalid for one without words, NotFound for a booking whose
    people are erased.
    """
    text = asked.text.strip()
    if not text:
        words = _("Please write something.")
        raise Invalid(words, {"text": words})
    booking = await booking_for(res, acting, reference)
    async with res.db.transaction() as conn:
        contacts.not_erased(await rows.locked_booking(conn, booking.id))
        await store.add_note(conn, uuid7(), booking.id, staff_id(acting), text)
        await write_audit(conn, acting, booking, "booking_note", {})


async def set_contact(
    res: Resources, acting: ActingStaff, reference: str, asked: ContactRequest
) -> None:
    """Write to another address from now on: who reads its mails can change and cancel the journey.

    Raise Invalid for one that reaches nobody, Forbidden where a part of it sails with others,
    NotFound for a booking whose people are erased: what is written then would stay for ever.
    """
    booking = await booking_to_change(res, acting, reference)
    contact, problems = contacts.checked_contact(
        Contact(asked.email, asked.phone or None, asked.language),
        res.settings.web.languages,
        within="",
    )
    if problems:
        raise Invalid(next(iter(problems.values())), problems)
    wanted = ContactRequest(contact.email, contact.phone or "", contact.language)
    changed = [
        name
        for name, before in (
            ("email", booking.email),
            ("phone", booking.phone or ""),
            ("language", booking.language),
        )
        if getattr(wanted, name) != before
    ]
    async with res.db.transaction() as conn:
        contacts.not_erased(await rows.locked_booking(conn, booking.id))
        await store.set_contact(conn, booking.id, wanted)
        await write_audit(conn, acting, booking, "booking_contact", {"changed": changed})


async def set_buyer(res: Resources, acting: ActingStaff, reference: str, asked: Buyer) -> None:
    """Invoice the booking to somebody else; what was invoiced is credited and invoiced anew.

    Raise Invalid for a buyer that cannot be so, Forbidden where others sell a part of the journey,
    Conflict for a booking that has no invoice.
    """
    booking = await booking_to_change(res, acting, reference)

    async def write_down(conn: Conn) -> None:
        await write_audit(
            conn, acting, booking, "booking_buyer", {"is_company": bool(asked.company)}
        )

    await buyers.set_buyer(res, booking, asked, also=write_down)


async def resend(res: Resources, acting: ActingStaff, reference: str, asked: ResendRequest) -> bool:
    """Write once more how the booking stands, with tickets as they are now.

    Return False when somebody has done so meanwhile. Raise Conflict where nothing can be said, or
    it stands otherwise since its tickets were drawn.
    """
    booking = await booking_for(res, acting, reference)
    kind = mail_kind(booking)
    if kind is None:
        words = _("There is no mail about a booking in this state.")
        raise Conflict(words, code="no_mail")
    confirmed = booking.status is BookingStatus.CONFIRMED
    attachments = await tickets.printed(res, booking) if confirmed else []
    attachments += await invoices.printed(res, booking)
    async with res.db.transaction() as conn:
        now = await rows.locked_booking(conn, booking.id)
        if (now.status, now.version) != (booking.status, booking.version):
            raise booking_changed()
        seen = await store.mails_written(conn, booking.id, kind.name)
        if seen != asked.mails_written:
            return False
        received_minor = await money_back.received_minor(conn, now)
        ended = now.cancel_fee_minor is not None
        back_minor = received_minor - await money_back.kept_minor(conn, now)
        await mails.write(
            conn,
            res,
            now,
            kind,
            key=f"booking:{booking.id}:{kind.name}:again:{seen}",
            paid_minor=received_minor or None,
            fee_minor=now.cancel_fee_minor,
            refund_minor=back_minor if ended else None,
            attachments=attachments,
        )
        await write_audit(conn, acting, booking, "booking_resend", {"mail": kind.name})
    return True


async def cancel(
    res: Resources,
    acting: ActingStaff,
    reference: str,
    asked: StaffCancelRequest,
    *,
    may_waive: bool,
) -> None:
    """Cancel for the customer: places, money and mail as if they had done it themselves.

    Raise Forbidden for another fee than the quoted one without the right to waive it, and Conflict
    where it cannot be cancelled or has changed.
    """
    booking = await booking_for(res, acting, reference)
    async with res.db.acquire() as conn:
        await check_all_legs(conn, acting, booking)
    quoted_minor = (await cancellations.quote(res, booking)).fee.amount_minor
    if asked.fee_minor < quoted_minor and not may_waive:
        raise Forbidden(_("Your role does not allow a lower fee."), code="permission")
    refunds.check_movable(asked.fee_minor, booking.currency, "fee_minor")
    detail = {"reason": asked.reason, "fee_minor": asked.fee_minor, "quoted_minor": quoted_minor}

    async def write_down(conn: Conn) -> None:
        if asked.note.strip():
            note = asked.note.strip()
            await store.add_note(conn, uuid7(), booking.id, staff_id(acting), note)
        await write_audit(conn, acting, booking, "booking_cancel", detail)

    await cancellations.cancel(res, booking, asked.fee_minor, waived=may_waive, also=write_down)


async def change(
    res: Resources, acting: ActingStaff, reference: str, asked: StaffChangeRequest
) -> Booking:
    """Change the booking for the customer, for exactly the quoted difference.

    What costs more is held for the customer, who is asked by mail. Raise Forbidden where a part of
    it sails with others, Conflict where it cannot be changed or the price is another one by now.
    """
    booking = await booking_to_change(res, acting, reference)

    async def write_down(conn: Conn) -> None:
        detail = {"difference_minor": asked.difference_minor, "currency": booking.currency}
        await write_audit(conn, acting, booking, "booking_change", detail)

    order = ChangeOrder(asked.change, asked.difference_minor)
    return await ordering.order(res, booking, order, ChangeOrigin.STAFF, also=write_down)


async def withdraw_change(res: Resources, acting: ActingStaff, reference: str) -> None:
    """End a change that waits for its payment; raise Conflict where the money has just arrived."""
    booking = await booking_to_change(res, acting, reference)

    async def write_down(conn: Conn) -> None:
        await write_audit(conn, acting, booking, "booking_change_withdrawn", {})

    await paying.withdraw_unpaid(res, booking, also=write_down)


async def check_task(res: Resources, acting: ActingStaff, reference: str, job_id: UUID) -> None:
    """Raise NotFound unless that task is about this booking."""
    booking = await booking_for(res, acting, reference)
    async with res.db.acquire() as conn:
        if not await store.is_task_of(conn, job_id, booking.id):
            raise NotFound(_("There is no such task."), code="task")
