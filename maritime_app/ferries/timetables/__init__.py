"""Timetables: imported from GTFS as editions, shown as departures and arrivals of a port.

model       a boat of a timetable as travellers see it, and the boards of a port
gtfs/       reading GTFS
export/     our own sailings as a GTFS feed
told        which sailings both of our own feeds have
realtime/   how our own sailings go, as GTFS-Realtime
updates/    how the boats of others' timetables go, by their publishers' GTFS-Realtime
transfers/  rules for changing from one boat to another
editions/   feeds and their editions: imported, compared, shown, brought back
store       the boats of a port, from PostgreSQL
service     the departures and arrivals of a port
views       what a board shows
board_csv   a board as rows of CSV
routes      boards as pages, JSON and CSV
"""
