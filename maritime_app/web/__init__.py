"""A toolkit for routes; it knows no domain.

routing        a route says its path, who may call it, and the structs of its question and answer
dispatch       one wrapper per route: admission, refusals, headers, counters
gate           addresses and headers are UTF-8 text within bounds
admission      rate limits, and who may call
refusals       refusals and faults to pages or problem documents
unrouted       addresses and methods that no route has
app_keys       typed application keys
access         who is calling: staff session, API token, nobody
sessions       staff sessions in Redis behind a cookie
forms/         query strings, JSON bodies and HTML forms to validated structs
render         pages, JSON, problem documents
csv_answer     tables as files for spreadsheets
security_headers   what every answer carries
languages      which language a request wants
limits/        admission control: tokens taken before the work, per address, person, booking
raw_responses  answers kept as complete HTTP responses
representations  who may keep an answer, ETag and 304, packing
edge/          connections before they are requests: time limits, shares, answers to no HTTP
upgrade        connections that leave HTTP for a protocol of their own
idempotency    the Idempotency-Key header
openapi        OpenAPI 3.1 out of the routes
design         the style page: every component in every state
statics        static files with versioned addresses
"""
