"""Pure: the push services of browsers. A browser names the address itself: no other one is called,
or anybody could have us call what only we can reach.
"""

from urllib.parse import urlsplit

_HOSTS = (
    "fcm.googleapis.com",  # Chrome, Edge on Android, Opera, Samsung Internet
    "push.services.mozilla.com",  # Firefox
    "push.apple.com",  # Safari
    "notify.windows.com",  # Edge on Windows
)


def is_push_service(endpoint: str, sandbox_url: str) -> bool:
    """Return whether the address is of a browser's push service, or of the sandbox's where it has
    an address.
    """
    if sandbox_url and endpoint.startswith(f"{sandbox_url}/push/"):
        return True
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    is_plain = parts.scheme == "https" and port in (None, 443) and parts.username is None
    return is_plain and any(host == known or host.endswith(f".{known}") for known in _HOSTS)
