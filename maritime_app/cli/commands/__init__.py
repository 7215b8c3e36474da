"""Commands that end by themselves.

imports      what `import` understands
gtfs         import a timetable
data         import a statistics file or a list of ports; run the tasks' self-tests
warnings     take warnings to ships in
timetables   timetables of others: list, restore, drop
issuers      who writes invoices, and what they say of themselves
staff        people who work here
tokens       API tokens
tasks        queues and tasks: paused, resumed
maintenance  the switch that keeps alerts from being told
"""
