"""structlog as it is without rich: our tracebacks are text, and a start need not load what draws
them in colour.
"""

import sys

_HIDDEN = "rich" not in sys.modules
if _HIDDEN:
    sys.modules["rich"] = None  # type: ignore[assignment]  # who imports it is told that it is absent

import structlog  # noqa: E402
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger  # noqa: E402

if _HIDDEN:
    del sys.modules["rich"]

__all__ = ["EventDict", "FilteringBoundLogger", "WrappedLogger", "structlog"]
