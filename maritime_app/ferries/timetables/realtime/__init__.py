"""How our own sailings go, as a GTFS-Realtime feed: delays, cancellations, positions, reasons.

model     a sailing of these days, and where its ship is
store     the sailings of these days in PostgreSQL
protobuf  values and messages in protobuf's wire format
codec     sailings to the feed's messages
service   the feed as it is now
routes    the feed over HTTP
"""
