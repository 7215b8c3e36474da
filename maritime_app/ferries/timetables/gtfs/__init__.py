"""Timetables in GTFS: read, every row accounted for, and written as operators, stops, routes and
sailings.

model.py      a feed as it is understood, and what an import reports
tables.py     a zip of text files -> rows by column name
codec.py      rows -> feed
calendar.py   which days a service runs; moving ended calendars by whole weeks
departures.py feed and days -> sailings with their instants
store.py      rows in PostgreSQL
service.py    the import
"""
