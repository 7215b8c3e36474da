"""Write to somebody that their credentials changed, in the transaction of the change."""

from uuid import UUID

from maritime_app import clock
from maritime_app.accounts import store
from maritime_app.accounts.notices.mails import CHANGED
from maritime_app.accounts.notices.model import Change, ChangeNotice
from maritime_app.emails import service as emails
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn


async def tell(
    conn: Conn, staff_id: UUID, change: Change, *, by: UUID | None, what: str = ""
) -> None:
    """Write the mail: it goes out if and only if the change commits.

    `by` is who did it, None the command line; `what` names what was changed, never a secret.
    """
    to = await store.addressee(conn, staff_id)
    notice = ChangeNotice(change, to.name, clock.now(), by_another=by != staff_id, what=what)
    await emails.write(
        conn,
        CHANGED,
        unique_key=f"{CHANGED.name}:{uuid7()}",  # the same change a second time is another one
        recipient=to.email,
        language=to.language,
        context=notice,
        subject=("staff", str(staff_id)),
    )
