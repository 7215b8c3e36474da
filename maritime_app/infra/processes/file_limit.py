"""How many files and connections this process may have open."""

import contextlib
import resource
from typing import Final

# A connection, a map and an outside call are a file each. Systems give a process 1,024 at first and
# let it take more by itself; beyond this number memory is the narrower bound.
_WANTED: Final = 65_536


def raise_file_limit() -> int:
    """Take as many files as this process may have, up to 65,536; return how many it has now."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if most == resource.RLIM_INFINITY else min(_WANTED, most)
    if now == resource.RLIM_INFINITY or now >= wanted:
        return now
    with contextlib.suppress(ValueError, OSError):  # a system may refuse what it has promised
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
