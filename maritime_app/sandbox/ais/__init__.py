"""Ships that report: the position feed's wire format, played on loopback.

lanes.toml    authored sea lanes and who sails them
fleet         the ships: where each is at an instant, from the demo timetable or along a lane
reporting     when each ship reports, at the intervals of the AIS standard
replay        a recorded file, at its own pace times a speed
subscription  what a client asked for, checked as the real service does
feed          all clients and what each of them gets, with the faults
server        the socket, for the whole sandbox or alone
"""
