"""The lowest price of each day between two ports, for a party: our own sailings as they are now,
those of remote operators as a task last asked for them.

model         a price of a day, and which of several is shown
house_prices  pure: what a party pays on our own sailings
store         prices by operator in PostgreSQL
service       read; remember for whom a month was wanted
refreshing    ask remote operators, a few questions at a time
"""
