"""Timetables in GTFS: read with every row accounted for.

model     a feed as it is understood
notices   what became of every row, under the names of the validator's rules
fields    single values of a row
formats   addresses, phones, amounts: whether values are written as their columns ask
tables    a zip of text files to rows by column name
network   agencies, lines, stops, publisher
calendar  which days a service runs; moving a whole feed by whole weeks
succession  the days before an edition that begins later
calls     the calls of trips, blank times filled in
frequencies  trips that run about so often
trips     trips on which somebody can travel
blocks    trips that one ship sails after one another
transfers  rules for changing from one boat to another, read and written
terminals/  ways inside a terminal: from the street to a pier, from pier to pier
doubts/   what can be read and can hardly be meant
codec     a zip to the feed
writing   the feed to a zip, which is read back the same
packing   tables to a zip
"""
