"""Encounters: two ships that lay close together for hours, far from every harbour.

model      an encounter, and from when on two ships have met
meetings   who is slow where, and who has been near whom since when
recorder   subscriber of the feed: detects, and stores what has changed
store      encounters in PostgreSQL
service    the newest encounters, of all ships or of one
responses  what programs get, and what may be asked
atom       encounters as an Atom feed
routes     page, JSON, GeoJSON, Atom
"""
