"""In which looks the way is walked."""

from dataclasses import dataclass
from typing import Any

_DESKTOP: Any = {"viewport": {"width": 1280, "height": 900}}
_PHONE: Any = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


@dataclass(frozen=True)
class Look:
    """A browser's options (Playwright's `new_context`), and whether pages may run scripts."""

    name: str
    options: dict[str, Any]
    scripts: bool = True


LOOKS = (
    Look("desktop", {"locale": "en", **_DESKTOP}),
    Look("phone", {"locale": "en", **_PHONE}),
    Look("dark", {"locale": "en", "color_scheme": "dark", **_DESKTOP}),
    Look("arabic", {"locale": "ar", **_PHONE}),
    Look("no-script", {"locale": "en", "java_script_enabled": False, **_DESKTOP}, scripts=False),
)
