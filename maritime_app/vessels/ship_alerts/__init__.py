"""Alerts of ships that enter, leave or stay in an area: confirmed, paused, ended by one click.

model      an alert, what happened, what its mails say
states     where an alert stands, as one table
areas      circles and polygons, in metres from their edge
watching   which areas a position is in: an index, and who is inside
detector   positions to crossings
recorder   subscriber of the feed: detects, and stores what has happened
store      alerts and crossings in PostgreSQL
requests, responses   what may be asked for, and what programs get
atom       the crossings of an alert as an Atom feed
mails      the mails of an alert
gateway    the one file that posts to addresses that people gave
telling    crossings that nobody was told of yet
service    ask for one, look at it, pause, end
jobs       telling by the clock, posting one crossing, erasing who asked
routes     the form, the page of an alert, its acts, JSON, GeoJSON, Atom
"""
