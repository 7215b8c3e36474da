"""From a request to its answer, or to the refusal of it.

handlers   one wrapper per route: admission, refusals, headers, counters
gate       addresses and headers are UTF-8 text within bounds
admission  rate limits, and who may call
refusals   refusals and faults to pages or problem documents
turns      the event loop shared out among refusals
unrouted   addresses and methods that no route has
"""
