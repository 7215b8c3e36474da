"""What msgspec leaves out of its schemas: which texts are instants, what no address contains."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import inspect

Schema = dict[str, Any]
# What the gate refuses in a query string (dispatch/gate.py).
_NO_CONTROL_CHARACTER: Final = "^[^\\u0000-\\u001f\\u007f]*$"
_SAYS_MORE: Final = ("pattern", "format", "enum")


def name_instants(structs: Sequence[Any], components: Mapping[str, Schema]) -> None:
    """Give each field of these structs, and of those inside them, that holds an instant the format
    of RFC 3339.

    msgspec itself does so only for a `datetime` that must have its offset. Ours take one without as
    UTC, and are always written with it.
    """
    for node in _nodes(inspect.multi_type_info(structs), set()):
        if isinstance(node, inspect.StructType) and not node.array_like:
            described = _described(node.cls, components).get("properties", {})
            for field in node.fields:
                _name(field.type, described[field.encode_name])


def _described(struct: type, components: Mapping[str, Schema]) -> Schema:
    """Return the schema of a struct: two of one name are called by their modules there."""
    alone = components.get(struct.__name__)
    return alone if alone is not None else components[f"{struct.__module__}.{struct.__qualname__}"]


def _nodes(part: Any, seen: set[type]) -> Iterator[inspect.Type]:
    """Yield every type that is reached from here; a struct once."""
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from _nodes(one, seen)
    elif isinstance(part, (inspect.Type, inspect.Field)):
        if isinstance(part, inspect.StructType):
            if part.cls in seen:
                return
            seen.add(part.cls)
        if isinstance(part, inspect.Type):
            yield part
        for name in part.__struct_fields__:
            yield from _nodes(getattr(part, name), seen)


def _name(kind: inspect.Type, schema: Schema) -> None:
    if isinstance(kind, inspect.Metadata):
        _name(kind.type, schema)
    elif isinstance(kind, inspect.DateTimeType):
        schema["format"] = "date-time"
    elif isinstance(kind, inspect.UnionType):
        for option, described in zip(kind.types, schema.get("anyOf", ()), strict=False):
            _name(option, described)
    elif isinstance(kind, inspect.CollectionType) and "items" in schema:
        _name(kind.item_type, schema["items"])


def of_a_path(name: str) -> Schema:
    """Return the schema of a part of an address: what is called an id is a UUID."""
    return {"type": "string"} | ({"format": "uuid"} if name.endswith("_id") else {})


def for_a_query(schema: Schema) -> Schema:
    """Return the schema of a parameter: no text in an address has a control character."""
    if "anyOf" in schema:
        return schema | {"anyOf": [for_a_query(option) for option in schema["anyOf"]]}
    if schema.get("type") != "string" or any(word in schema for word in _SAYS_MORE):
        return schema
    return schema | {"pattern": _NO_CONTROL_CHARACTER}
