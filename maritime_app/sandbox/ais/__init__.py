"""Ships that report: the position feed's wire format, played on loopback.

lanes.toml    authored sea lanes and who sails them
ships         where a ship is at an instant: on the demo timetable, along a lane, at anchor
fleet         who sails: the demo ferries and invented ships
reporting     when each ship reports, at the intervals of the AIS standard
replay        a recorded file, at its own pace times a speed
subscription  a client's subscription, checked as the real service does
feed          all clients and what each of them gets, with the faults
aishub        the same ships as a service that is pulled
server        the socket, for the whole sandbox or alone
"""
