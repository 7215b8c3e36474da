"""Pure: JSON schemas (2020-12) of the arguments of tools."""

from typing import Any

import msgspec


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """Return the schema of a struct, with those that it refers to below `$defs`."""
    (main,), others = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    name = main["$ref"].rpartition("/")[2]
    own = others.pop(name)
    return {**own, "$defs": others} if others else dict(own)
