"""Where one can go from a place, and which other ports lie near: a search has no dead end.

model    destinations and nearby ports
lines    between which ports something sails, as maps draw it
ships    whose next crossing is sold here
store    the links of routes and timetables, from PostgreSQL
service  the same for a page or a program
"""
