"""Our own sailings as a GTFS feed, for journey planners.

model    a sailing and what of it goes into the feed
store    the sailings in PostgreSQL
codec    sailings to the feed's tables, and those to a zip
service  the feed of these days and the coming weeks
routes   the feed over HTTP
"""
