"""What was measured: series with their spread, lines to beat, and how both are shown."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Series:
    """One measured value per round."""

    name: str
    unit: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    def shown(self) -> str:
        """Median and range, as precise as it deserves."""
        if not self.values:
            return "-"
        low, high = min(self.values), max(self.values)
        return (
            f"{_number(self.median)} {self.unit}".rstrip() + f"  ({_number(low)} - {_number(high)})"
        )


@dataclass
class Line:
    """A line to beat: `wanted` is the least, or with `at_most` the most."""

    name: str
    series: Series
    wanted: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the median is on the right side."""
        return (
            self.series.median < self.wanted if self.at_most else self.series.median >= self.wanted
        )

    def shown(self) -> str:
        """One row."""
        sign = "<" if self.at_most else ">="
        met = "met" if self.met else "MISSED"
        return f"{self.series.shown():<38} line {sign} {_number(self.wanted)}   {met}"


@dataclass
class Report:
    """One part: figures, lines, and what could not be measured with the reason."""

    part: str
    what: str
    figures: list[Series] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def figure(self, name: str, unit: str, values: Sequence[float]) -> Series:
        """Add a series."""
        self.figures.append(Series(name, unit, list(values)))
        return self.figures[-1]

    def ratio(self, name: str, over: Series, under: Series, wanted: float | None = None) -> Series:
        """Add the ratio of two series, round by round, as a line to beat if there is one."""
        values = [a / b for a, b in zip(over.values, under.values, strict=True)]
        found = Series(name, "x", values)
        if wanted is None:
            self.figures.append(found)
        else:
            self.lines.append(Line(name, found, wanted))
        return found

    def at_least(self, series: Series, wanted: float) -> None:
        """The series is a line to beat by itself."""
        self.lines.append(Line(series.name, series, wanted))

    def at_most(self, series: Series, wanted: float) -> None:
        """The same for what must stay small."""
        self.lines.append(Line(series.name, series, wanted, at_most=True))

    def print(self) -> None:
        """For people."""
        print(f"\n{self.part}: {self.what}")
        for series in self.figures:
            print(f"  {series.name:<52} {series.shown()}")
        for line in self.lines:
            print(f"  {line.name:<52} {line.shown()}")
        for text in self.notes:
            print(f"  note: {text}")
        for text in self.skipped:
            print(f"  skipped: {text}")

    def plain(self) -> dict[str, object]:
        """For results.json."""
        return {
            "what": self.what,
            "figures": {
                s.name: {"unit": s.unit, "median": s.median, "rounds": s.values}
                for s in self.figures
            },
            "lines": {
                line.name: {
                    "median": line.series.median,
                    "rounds": line.series.values,
                    "unit": line.series.unit,
                    "wanted": line.wanted,
                    "at_most": line.at_most,
                    "met": line.met,
                }
                for line in self.lines
            },
            "notes": self.notes,
            "skipped": self.skipped,
        }


def write(reports: Sequence[Report], file: Path, seconds: float) -> None:
    """All parts of a run; parts that were not run keep their last figures."""
    before = json.loads(file.read_text()) if file.exists() else {}
    parts = before.get("parts", {}) | {report.part: report.plain() for report in reports}
    file.write_text(json.dumps({"seconds": round(seconds, 1), "parts": parts}, indent=1) + "\n")


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
