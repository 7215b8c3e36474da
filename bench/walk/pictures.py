"""What becomes of the photographs: few colours, and those that README.md shows cut to one size."""

from pathlib import Path

from PIL import Image

from bench.running_copy import ROOT

README = ROOT / "docs" / "screenshots"
_HEIGHT = 1180
_COLOURS = 256
# As README.md names them, and where the walk has taken them.
_SHOWN = {
    "home": "desktop/around/*-home",
    "search": "desktop/around/*-family-results",
    "booking-form": "desktop/around/*-family-form",
    "booking-confirmed": "desktop/journey/*-confirmed",
    "ticket": "desktop/journey/*-ticket",
    "map": "desktop/around/*-map",
    "port": "desktop/around/*-port",
    "dashboard": "desktop/staff/*-staff-dashboard",
    "home-rtl": "arabic/around/*-home",
}


def compress(folder: Path) -> int:
    """Store every picture again with few colours; return how many there are."""
    taken = sorted(folder.rglob("*.png"))
    for path in taken:
        _few_colours(Image.open(path)).save(path, optimize=True)
    return len(taken)


def renew_readme(folder: Path) -> None:
    """Put the pictures that README.md shows into docs/screenshots; those not taken stay."""
    for name, pattern in _SHOWN.items():
        for path in folder.glob(f"{pattern}.png"):
            taken = Image.open(path)
            cut = taken.crop((0, 0, taken.width, min(taken.height, _HEIGHT)))
            _few_colours(cut).save(README / f"{name}.png", optimize=True)


def _few_colours(picture: Image.Image) -> Image.Image:
    return picture.convert("RGB").quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)
