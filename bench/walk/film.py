"""The walk as a film: what was photographed in one look, step by step, on sheets in docs/walk."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.running_copy import ROOT

FILM = ROOT / "docs" / "walk"
_WIDTHS = {"phone": 150, "arabic": 150}  # of a frame; the others are of a desktop
_USUAL_WIDTH = 300
_SHEET_WIDTH = 1_260
_HEIGHT = 340  # the part of a long page that a frame shows
_GAP, _TITLE = 12, 18
_PAPER, _INK = "#e9e6dc", "#0f2436"
_QUALITY = 60  # WebP's: text of a frame stays readable, a sheet of thirty has about 150 KB


def renew(walked: Path, film: Path = FILM) -> list[Path]:
    """Write a sheet of each look and part that was walked; return them.

    `walked` has <look>/<part>/<number>-<step>.png. Sheets of what was not walked stay.
    """
    film.mkdir(parents=True, exist_ok=True)
    written = []
    for part in sorted(path for path in walked.glob("*/*") if path.is_dir()):
        taken = sorted(part.glob("*.png"))
        if not taken:
            continue
        look = part.parent.name
        sheet = film / f"{look}-{part.name}.webp"
        _sheet(taken, _WIDTHS.get(look, _USUAL_WIDTH)).save(sheet, quality=_QUALITY, method=6)
        written.append(sheet)
    return written


def _sheet(taken: Iterable[Path], width: int) -> Image.Image:
    """Return the frames in rows, each under the name of its step."""
    frames = [(path.stem, _frame(path, width)) for path in taken]
    across = (_SHEET_WIDTH - _GAP) // (width + _GAP)
    rows = [frames[begin : begin + across] for begin in range(0, len(frames), across)]
    heights = [max(frame.height for _step, frame in row) + _TITLE + _GAP for row in rows]
    sheet = Image.new("RGB", (_SHEET_WIDTH, sum(heights) + _GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(12)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        for place, (step, frame) in enumerate(row):
            left = _GAP + place * (width + _GAP)
            pen.text((left, top), _fitting(step, font, width), fill=_INK, font=font)
            sheet.paste(frame, (left, top + _TITLE))
        top += height
    return sheet


def _frame(path: Path, width: int) -> Image.Image:
    with Image.open(path) as picture:
        whole = picture.convert("RGB")
    height = round(whole.height * width / whole.width)
    scaled = whole.resize((width, height), Image.Resampling.LANCZOS)
    return scaled.crop((0, 0, width, min(scaled.height, _HEIGHT)))


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    while font.getlength(text) > width:
        text = text[:-1]
    return text
