"""Alerts of what ships do: who crosses an area, calls at a port, is not heard, meets or comes close
to another one; confirmed, paused, ended by one click.

model      an alert, what happened, what its mails say
states     where an alert stands, as one table
detection/ which alerts an event is for
recorder   subscriber of the feed: detects, and stores what has happened
store      alerts and events in PostgreSQL
requests, responses   what may be asked for, and what programs get
atom       the events of an alert as an Atom feed
mails      the mails of an alert
gateway    the one file that posts to addresses that people gave
telling    events that nobody was told of yet
service    ask for one, look at it, pause, end
jobs       telling by the clock, posting one event, erasing who asked
routes     the form, the page of an alert, its acts, JSON, GeoJSON, Atom
"""
