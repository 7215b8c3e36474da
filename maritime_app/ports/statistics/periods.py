"""Periods as statistics name them: "2024", "2018S02", "2024Q01", "2023M02". Pure."""

import re
from datetime import date, timedelta

# Pattern of the code, and how many months a period of that kind has.
_PERIODS = (
    (re.compile(r"^(\d{4})$", re.ASCII), 12),
    (re.compile(r"^(\d{4})S0([12])$", re.ASCII), 6),
    (re.compile(r"^(\d{4})Q0([1-4])$", re.ASCII), 3),
    (re.compile(r"^(\d{4})M(0[1-9]|1[0-2])$", re.ASCII), 1),
)


_KINDS = {"Year": "", "Period": "S", "Quarter": "Q", "Month": "M"}


def is_of_kind(code: str, time_column: str) -> bool:
    """Return whether a table of that time column has such periods: no year stands among
    quarters.
    """
    return code[4:5] == _KINDS[time_column]


def period_start(code: str) -> date | None:
    """Return the first day of a period; None for what is no period."""
    for pattern, months in _PERIODS:
        match = pattern.match(code)
        if match and 0 < int(match[1]) < 9999:
            number = int(match[2]) if months < 12 else 1
            return date(int(match[1]), (number - 1) * months + 1, 1)
    return None


def period_end(code: str) -> date | None:
    """Return the last day of a period; None for what is no period."""
    for pattern, months in _PERIODS:
        match = pattern.match(code)
        if match and 0 < int(match[1]) < 9999:
            number = int(match[2]) if months < 12 else 1
            after = number * months  # months of the year that have ended with it
            first = date(int(match[1]) + after // 12, after % 12 + 1, 1)
            return first - timedelta(days=1)
    return None


def next_period(code: str) -> str:
    """Return the code of the period after it; the same kind of period."""
    year, kind, number = int(code[:4]), code[4:5], code[5:]
    if not kind:
        return str(year + 1)
    most = {"S": 2, "Q": 4, "M": 12}[kind]
    after = int(number) + 1
    return f"{year + 1}{kind}01" if after > most else f"{year}{kind}{after:02}"


def period_label(code: str) -> str:
    """Return a period as people read it: "Q1 2024", "H2 2018", "2023-02", "2024"."""
    for sign, name in (("Q0", "Q"), ("S0", "H")):
        if code[4:6] == sign:
            return f"{name}{code[6:]} {code[:4]}"
    return f"{code[:4]}-{code[5:]}" if code[4:5] == "M" else code


def year_before(code: str) -> str:
    """Return the code of the same period one year earlier."""
    return f"{int(code[:4]) - 1}{code[4:]}"
