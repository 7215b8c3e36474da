"""A publisher of a ferry timetable on loopback: GTFS and GTFS-Realtime of boats that nobody sails.

model      lines, harbours and boats
timetable  the invented lines, and their timetable of the coming weeks as GTFS
running    how the boats of today go, as GTFS-Realtime
server     both files, and how their publisher fails on request
"""
