"""A toolkit for routes; it knows no domain.

routing     a route says its path, who may call it, and the structs of its question and answer
guard       one wrapper per route: access, refusals to pages or problem+json, headers, counters
keys        typed application keys
access      who is calling: staff session, API token, nobody
session     staff sessions in Redis behind a signed cookie
forms       query, JSON and form bodies to validated structs; CSRF
render      pages and JSON
filters     what templates can do with money, times and numbers
i18n        languages through gettext
limits      token buckets per caller
links       signed links and proofs
wire        answers kept as complete HTTP responses
upgrade     connections that leave HTTP for a protocol of their own
idempotency the Idempotency-Key header
openapi     OpenAPI 3.1 out of the routes
statics     static files with versioned addresses
"""
