"""How the boats of others' timetables go, as their publishers say it in GTFS-Realtime.

model    an update of a trip, the trip as it is planned, and how it goes
codec    the messages of a feed to updates, alert_codec to alerts
asking   ask a publisher, if anything has changed
alerts/  what publishers tell travellers
runs     which run of a trip is meant
running  an update and a planned trip to when the boat is where
store    where updates are read, and the last good copy, in PostgreSQL
pulling  read the updates of every feed that has any
service  how a boat of a timetable goes, for whoever shows it
jobs     the task that reads them every minute
"""
