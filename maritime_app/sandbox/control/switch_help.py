"""What each switch does, for the page: by the part and the switch, and of every choice it has."""

from typing import Final

_BUSY: Final = "busy: 429 with Retry-After."
_HTML: Final = "garbage: a page of HTML."
_BROKEN: Final = "broken: an error of the server (5xx)."
SWITCH_HELP: Final = {
    "stripe.deliver": "Whether events of payments and refunds are sent at all.",
    "stripe.paid_twice": "Whoever pays is charged by two payments for the same thing.",
    "stripe.refunds": (
        "succeed: at once. pending: after the seconds below. fail_later: they succeed, and fail"
        " after these seconds."
    ),
    "operators.statement": (
        "What is wrong with its statements. missing: the first booking is left out."
        " extra: there is one more. price: another price than was agreed."
    ),
    "ais.fault": (
        "silence: nothing is sent. garbage: damaged frames. disconnect: every socket is closed."
        " flood: every message a hundred times."
    ),
    "aishub.fault": (
        "too_frequent: as if it had been asked within a minute. empty: no byte. error: an error"
        f" in an answer of 200. {_HTML} busy: 503 with Retry-After."
    ),
    "weather.fault": (
        f"{_BUSY} {_BROKEN} {_HTML} land: every place is far from any sea cell."
        " no_wind: only waves are answered."
    ),
    "warnings.fault": (f"{_BUSY} {_BROKEN} {_HTML} cut: most of the list is missing."),
    "unctad.query": (
        f"refuse: 403 whatever the keys. {_BUSY} {_BROKEN} {_HTML} silence: no answer."
        " The bulk files always answer."
    ),
    "portwatch.fault": (
        f"{_BUSY} {_BROKEN} error: an error in an answer of 200. throttled: an empty page after a"
        f" full one. {_HTML} renamed: columns under other names."
    ),
    "cppi.fault": (f"{_BUSY} {_BROKEN} moved: 404. {_HTML} renamed: a column under another name."),
    "gtfs.feed": (
        f"Of the timetable. {_BROKEN} slow: after the seconds below. empty: no byte."
        " damaged: half of the zip."
    ),
    "gtfs.realtime": (
        f"Of how its boats go. {_BROKEN} slow: after the seconds below. empty: no byte. {_HTML}"
        " differential: it says that it holds differences only. old: said an hour ago."
    ),
    "gtfs.slow_seconds": (
        "How long slow answers take; realtime is waited for 15 s, a timetable 5 minutes."
    ),
}
