"""The walk, which `make audit` inspects, looks at every page that there is."""

import re

import pytest

from bench.walk import around
from maritime_app import domains

pytestmark = pytest.mark.pure

# What no page of its own is, by how the address ends or what it is for.
FILES = re.compile(
    r"\.(png|js|csv|xml|pdf|ics|txt|webmanifest)$|/wallet/|/(healthz|readyz|metrics)$|/live$"
    r"|^/vessels/coast/|^/\.well-known/"
)
PARTS = {  # put into pages by scripts: seen there
    "/ferries/arriving",
    "/ferries/searched",
    "/ferries/ships/{mmsi}",
    "/ports/{code}/daily-calls/part",
    "/vessels/expected-arrivals",
    "/weather",
    "/weather/crossing",
}
ON_THE_WAY = {  # opened by clicks of the walk: journey.py, tasks.py, around.py
    "/admin/bookings/{reference}",
    "/admin/sailings/{sailing_id}",
    "/admin/sailings/{sailing_id}/ship",
    "/admin/sailings/fares/new",
    "/admin/sailings/fares/{fare_id}",
    "/admin/staff/{staff_id}",
    "/admin/tasks/{task_id}",
    "/boarding/{sailing_id}",
    "/boarding/{sailing_id}/manifest",
    "/bookings/new",
    "/bookings/{reference}",
    "/bookings/{reference}/cancel",
    "/bookings/{reference}/change",
    "/bookings/{reference}/departures",
    "/bookings/{reference}/pay",
    "/bookings/{reference}/return",
    "/bookings/{reference}/ticket",
    "/bookings/{reference}/trip",
    "/trips/{share}",
    "/vessels",
}
# What the walk cannot come by: a link that only a mail has, a state that only time or others bring.
# Their own tests run axe over them (tests/pages) or read them.
NOT_WALKED = {
    "/admin/bookings/{reference}/change",
    "/admin/bookings/{reference}/customer-view",
    "/admin/timetables/{feed}",
    "/alerts/asked",
    "/alerts/{alert}",
    "/alerts/{alert}/change",
    "/bookings/{reference}/buyer",
    "/bookings/{reference}/change/pay",
    "/bookings/{reference}/disruption",
    "/bookings/{reference}/evidence/{leg}",
    "/mandates/asked",
    "/mandates/{mandate}",
    "/mandates/{mandate}/saved",
    "/sign-in/again",
    "/sign-in/code",
    "/vessels/alerts/asked",
    "/vessels/alerts/{alert}",
    "/waiting/{waiting}",
}


def pages():
    """The address of every page."""
    found = {route.path for route in domains.ROUTES if route.method == "GET" and not route.is_api}
    return {path for path in found if not FILES.search(path)} - PARTS


def pages_at(address):
    """The pages whose address it is: the one that is written so, before any with a variable."""
    if address in pages():
        return {address}
    return {path for path in pages() if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", path), address)}


def test_it_works():
    walked = [address for _, address, _ in (*around.PAGES, *around.STAFF_PAGES)]
    by_address = {path for address in walked for path in pages_at(address.partition("?")[0])}

    assert pages() - by_address - ON_THE_WAY == NOT_WALKED


def test_whatever_is_named_here_is_a_page():
    assert pages() >= (ON_THE_WAY | NOT_WALKED)


def test_each_picture_has_a_name_of_its_own():
    names = [name for name, *_ in around.PAGES]
    staff = [name for name, *_ in (*around.STAFF_PAGES, *around.OPENED)]

    assert len(set(names)) == len(names)
    assert len(set(staff)) == len(staff)
