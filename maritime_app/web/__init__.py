"""A toolkit for routes; it knows no domain.

routing        a route says its path, who may call it, and the structs of its question and answer
dispatch       one wrapper per route: access, refusals to pages or problem+json, headers, counters
app_keys       typed application keys
access         who is calling: staff session, API token, nobody
sessions       staff sessions in Redis behind a cookie
field_errors   what is wrong with plain values, by the types of a struct
validation     plain values to structs, with a message per field
forms          query strings, JSON bodies and HTML forms to structs
csrf           forms are taken only from our own pages
render         pages and JSON
languages      which language a request wants
limits         token buckets per caller
raw_responses  answers kept as complete HTTP responses
upgrade        connections that leave HTTP for a protocol of their own
idempotency    the Idempotency-Key header
openapi        OpenAPI 3.1 out of the routes
statics        static files with versioned addresses
"""
