"""Commands that end by themselves.

data         import a timetable or a statistics file; run the tasks' self-tests
timetables   timetables of others: import, list, restore, drop
issuers      who writes invoices, and what they say of themselves
staff        people who work here
tokens       API tokens
maintenance  the switch that keeps alerts from being told
"""
