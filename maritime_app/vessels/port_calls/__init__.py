"""Port calls: when a ship came to a port, stopped, and left; and what that says about the port.

model     a call, its states, and how long its parts took
states    the states of a call as one table
harbours  which harbour a position is at
detector  positions of one ship to its call
recorder  subscriber of the feed: detects, and stores what has changed
store     calls in PostgreSQL
measures  medians of a port, with their sample
congestion/  how busy a port is against its own usual
beside    our measures beside the official figures
official_coverage  how many of the officially counted calls we have seen
official_anomaly  how unusual the newest published week is
measures_csv  the measures of a port as CSV
service   the calls of a port or ship, what is measured of a port
responses what programs get, and what may be asked
atom      the calls of a port as an Atom feed
pages     the newest calls, by port, ship, state and time
routes    JSON, GeoJSON, CSV, Atom, pages
"""
