"""Operators, routes, timetables, sailings, fares, capacity and search.

model      what a search asks and answers
fares      pure: prices and what a party takes, by the fare's rules
store      sailings, fares and capacity in PostgreSQL
catalogue  the facts of sailings that do not change, kept a moment in the process
gateway    the one file that speaks to remote operators
remote     all remote operators side by side, each with its deadline and breaker
search     one fetch per question for all who wait: own sailings and remote offers
service    search, departures, and what others may ask about sailings
routes     search page and API, departures
jobs       rolling the timetable forward
demo/      the authored world of fictional operators
demo_seed  the demo world into the database
gtfs/      reading GTFS timetables
operators/ the remote operators' own words
"""
