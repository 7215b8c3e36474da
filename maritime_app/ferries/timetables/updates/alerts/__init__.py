"""What publishers of timetables tell travellers, by the alerts of their GTFS-Realtime.

model       an alert with what of a timetable it concerns, and what was read of a feed
concerning  an alert and a timetable to the lines, trips and stops that it concerns
store       where alerts are read, and the last good copy, in PostgreSQL
pulling     keep the alerts of an answer; read those that have an address of their own
service     what is told of a boat, and of a port
"""
