"""What can be read of a feed and can hardly be meant: said in its report, never a reason to refuse.

The rules are those of MobilityData's validator (github.com/MobilityData/gtfs-validator, RULES.md).

fares         what the rows of fares and of their rules name
shape_points  the ways of trips on the map
checks        all of them, once the timetable is read
"""
