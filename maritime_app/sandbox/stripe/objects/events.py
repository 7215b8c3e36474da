"""What happened, with the object as it was at that moment."""

import copy

from maritime_app.sandbox.stripe.model import API_VERSION, Obj
from maritime_app.sandbox.stripe.objects.lists import PAGING, page
from maritime_app.sandbox.stripe.params import Call, choice


def emit(call: Call, kind: str, obj: Obj, previous: Obj | None = None) -> None:
    """Note an event and have it delivered once the operation is written down.

    `previous` holds the former values of what changed, for `*.updated` and the like.
    """
    data: Obj = {"object": copy.deepcopy(obj)}
    if previous is not None:
        data["previous_attributes"] = previous
    call.ledger.announce(
        {
            "id": call.ledger.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": call.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": 1 if call.ledger.has_endpoint() else 0,
            "request": {"id": call.request_id or None, "idempotency_key": call.idempotency_key},
            "type": kind,
        }
    )


def retrieve(call: Call) -> Obj:
    """GET /v1/events/:id"""
    call.allow(())
    return call.ledger.get("event", call.path_id)


def listed(call: Call) -> Obj:
    """GET /v1/events: by `type`, `types[]`, `created`, `delivery_success`."""
    kinds = call.params.pop("types", None)
    if kinds is not None and not isinstance(kinds, list):
        kinds = [kinds]
    success = call.params.pop("delivery_success", None)
    call.allow((*PAGING, "type"))
    found = list(call.ledger.all("event"))
    if kinds is not None:
        found = [event for event in found if event["type"] in kinds]
    if success is not None:
        delivered = choice(success, "delivery_success", ("true", "false")) == "true"
        found = [event for event in found if (event["pending_webhooks"] == 0) == delivered]
    return page(call, found, ("type",))
