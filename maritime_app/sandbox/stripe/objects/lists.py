"""Pages of objects, and ids that the caller wants to see expanded."""

from collections.abc import Callable, Iterable
from typing import Any

from maritime_app.sandbox.stripe.ledger import Ledger
from maritime_app.sandbox.stripe.model import Obj
from maritime_app.sandbox.stripe.params import Call, integer, invalid

PAGING = ("limit", "starting_after", "ending_before", "created")
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def page(call: Call, objects: Iterable[Obj], filters: tuple[str, ...] = ()) -> Obj:
    """A list object: newest first, filtered by equality of `filters` and by `created`, cut by
    cursor.
    """
    call.allow((*PAGING, *filters))
    limit = integer(call.params.get("limit", 10), "limit", 1, 100)
    wanted = {name: call.params[name] for name in filters if name in call.params}
    found = [
        obj
        for obj in objects
        if all(obj.get(name) == value for name, value in wanted.items()) and _created(call, obj)
    ]
    found, more = _cut(call, found, limit)
    return {
        "object": "list",
        "url": call.url,
        "has_more": more,
        "data": [dict(obj) for obj in found],
    }


def _created(call: Call, obj: Obj) -> bool:
    bounds = call.params.get("created")
    if bounds is None:
        return True
    if not isinstance(bounds, dict):
        return bool(obj["created"] == integer(bounds, "created", high=2**53))
    for name, value in bounds.items():
        if name not in _COMPARE:
            raise invalid(f"Received unknown parameter: created[{name}]", "created")
        if not _COMPARE[name](obj["created"], integer(value, f"created[{name}]", high=2**53)):
            return False
    return True


def _cut(call: Call, found: list[Obj], limit: int) -> tuple[list[Obj], bool]:
    ids = [obj["id"] for obj in found]
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    if after is not None:
        start = _place(ids, after, "starting_after") + 1
        return found[start : start + limit], len(found) > start + limit
    if before is not None:
        end = _place(ids, before, "ending_before")
        return found[max(0, end - limit) : end], end > limit
    return found[:limit], len(found) > limit


def _place(ids: list[str], identifier: str, param: str) -> int:
    if identifier not in ids:
        raise invalid(f"No such object: '{identifier}'", param, code="resource_missing")
    return ids.index(identifier)


def expand(ledger: Ledger, body: Obj, paths: Any) -> Obj:
    """The body with the ids at those dotted paths replaced by the objects they name.

    Lists that are left out unless asked for (`line_items`, `refunds`) are put in.
    """
    out = dict(body)
    for path in paths if isinstance(paths, list) else [paths] if paths else []:
        parts = str(path).split(".")
        if len(parts) > 4:
            raise invalid("You can only expand up to 4 levels.", "expand")
        if not _expand(ledger, out, parts):
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
    return out


def _expand(ledger: Ledger, obj: Obj, parts: list[str]) -> bool:
    name, rest = parts[0], parts[1:]
    if name == "data" and obj.get("object") == "list":
        obj["data"] = [dict(item) for item in obj["data"]]
        return all(_expand(ledger, item, rest) for item in obj["data"])
    if name not in obj and not _included(ledger, obj, name):
        return False
    value = obj[name]
    if isinstance(value, str):
        target = ledger.find(value)
        if target is None or target["object"].startswith("_"):
            return False
        value = obj[name] = dict(target)
    if not isinstance(value, dict):
        return value is None
    if rest:
        value = obj[name] = dict(value)
        return _expand(ledger, value, rest)
    return True


def _included(ledger: Ledger, obj: Obj, name: str) -> bool:
    if obj.get("object") == "checkout.session" and name == "line_items":
        order = ledger.find(f"order:{obj['id']}") or {"items": []}
        items = order["items"]
    elif obj.get("object") == "charge" and name == "refunds":
        items = [refund for refund in ledger.all("refund") if refund["charge"] == obj["id"]]
    else:
        return False
    obj[name] = {"object": "list", "data": items, "has_more": False, "url": f"/v1/{name}"}
    return True
