"""Timetables: read from GTFS, and shown as departures of a port.

gtfs     reading GTFS timetables
service  what the timetables kept here say
store    departures from PostgreSQL
routes   the departures of a port
"""
