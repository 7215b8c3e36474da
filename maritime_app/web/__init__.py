"""A toolkit for routes; it knows no domain.

routing        a route says its path, who may call it, and the structs of its question and answer
dispatch/      from a request to its answer, or to the refusal of it
app_keys       typed application keys
access         who is calling: staff session, API token, nobody
sessions       staff sessions in Redis behind a cookie
forms/         query strings, JSON bodies and HTML forms to validated structs
render         pages, JSON, problem documents
kept           public answers that cost much, kept until what they show changes
templates/     how pages' templates become text
responses/     how answers travel: ready bytes, static files, tables, their headers
languages      which language a request wants
link_pages     a mail's link becomes the cookie of one object's page
limits/        admission control: tokens taken before the work, per address, person, booking
edge/          connections before they are requests, and those that leave HTTP
idempotency    the Idempotency-Key header
axes           the axes of a chart over time, for drawings that need no JavaScript
openapi        OpenAPI 3.1 out of the routes
openapi_formats  instants and texts of an address, said in it
api_description  where OpenAPI stands, and a page of it
"""
