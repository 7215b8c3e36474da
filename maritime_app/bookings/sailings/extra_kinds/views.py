"""What the staff's page of added extras shows."""

from collections.abc import Mapping, Sequence

import msgspec

from maritime_app import i18n
from maritime_app.ferries.extra_kinds.model import AddedExtra, AddExtraRequest, HouseOperator
from maritime_app.i18n import translate as _
from maritime_app.web.access import Caller


class ExtrasView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/extras.html.

    `named_languages` are those of the pages, code and name; `looked` are the names that were
    entered, None before they were looked at; `labels` what the fields are called. Who may not write
    sees no form.
    """

    staff: Caller
    extras: Sequence[AddedExtra]
    operators: Sequence[tuple[str, str]]
    named_languages: Sequence[tuple[str, str]]
    labels: Mapping[str, str]
    entered: Mapping[str, str]
    errors: Mapping[str, str]
    refused: str
    looked: Mapping[str, str] | None
    message: str
    form_key: str
    may_write: bool


def extras_view(
    staff: Caller,
    extras: Sequence[AddedExtra],
    operators: Sequence[HouseOperator],
    languages: Sequence[str],
    form_key: str,
    *,
    entered: Mapping[str, str],
    errors: Mapping[str, str],
    refused: str,
    looked: AddExtraRequest | None,
    message: str,
) -> ExtrasView:
    """Return the page, with what was entered where it comes back."""
    named = [(code, i18n.name_of(code)) for code in languages]
    labels = {f"name-{code}": _("Name: %(language)s") % {"language": name} for code, name in named}
    return ExtrasView(
        staff=staff,
        extras=extras,
        operators=[(one.code, one.name) for one in operators],
        named_languages=named,
        labels={"operator": _("Operator")} | labels,
        entered=entered,
        errors=errors,
        refused=refused,
        looked=looked.names if looked else None,
        message=message,
        form_key=form_key,
        may_write="fares.act" in staff.permissions,
    )
