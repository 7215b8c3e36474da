"""Where all ships of a box were, for hours at a time: what the map plays again.

responses  what may be asked, and what programs get
silences   when nothing was heard
store      since when, and when, anything was
service    stored points by ship
routes     the same over HTTP
"""
