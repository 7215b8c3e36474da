"""UNCTAD's ship types as the reader calls them. Pure but for the reader's language."""

from maritime_app.i18n import translate as _


def ship_type(code: str, published: str = "") -> str:
    """Return a ship type in the reader's language; an unknown one as it is published."""
    names = {
        "00": _("All ships"),
        "01": _("Passenger ships"),
        "02": _("Liquid bulk carriers"),
        "03": _("Container ships"),
        "04": _("Dry breakbulk carriers"),
        "05": _("Dry bulk carriers"),
        "06": _("Roll-on/roll-off ships"),
        "07": _("Liquefied petroleum gas carriers"),
        "08": _("Liquefied natural gas carriers"),
    }
    return names.get(code, published or code)
