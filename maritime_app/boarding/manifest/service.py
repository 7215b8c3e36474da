"""Reading the passenger list: who may, and that it is written down."""

from uuid import UUID

from maritime_app import clock
from maritime_app.accounts import service as accounts
from maritime_app.boarding import store as boarding_store
from maritime_app.boarding.manifest import store
from maritime_app.boarding.manifest.model import Manifest
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.resources import Resources


async def read(res: Resources, acting: ActingStaff, sailing_id: UUID, form: str) -> Manifest:
    """Return the list; `form` (page, csv, vehicles, emswe) goes into the audit log with the reader
    and the number of people. Raise NotFound or Forbidden.
    """
    sailing = await operations.sailing(res, acting, sailing_id)
    async with res.db.transaction() as conn:
        lines = await store.lines(conn, sailing_id)
        vehicles = await store.vehicles(conn, sailing_id)
        extras = await store.extras(conn, sailing_id)
        ship = await store.ship(conn, sailing_id)
        closing = await boarding_store.closing(conn, sailing_id)
        # In the transaction that reads: nobody sees a list whose reading could not be written down.
        subject = ("sailing", str(sailing_id))
        detail = {"form": form, "people": len(lines)}
        await accounts.audit(conn, acting.staff_id, "manifest_read", subject, detail)
    return Manifest(
        sailing,
        clock.now(),
        tuple(lines),
        tuple(vehicles),
        closing,
        extras=tuple(extras),
        ship=ship,
    )
