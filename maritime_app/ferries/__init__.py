"""Operators, routes, timetables, sailings, fares, capacity and search.

model       what a search asks and answers
store       sailings, fares and capacity in PostgreSQL
operators/  remote operators: their API, their gateways, side by side
sailings/   the facts of sailings
fares/      prices and what a party takes, by the fare's rules
search/     one fetch per question for all who wait
timetables/ reading timetables, rolling them forward
demo/       the authored world of fictional operators
service     search, departures, and what others may ask about sailings
jobs        rolling the timetable forward
"""
