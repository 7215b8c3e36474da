"""The outside world on loopback, for development, tests and proof: same wire formats, played by one
process.

model       what the sandbox is told and where it listens; the faults that can be switched on
app         composition: every part under its own path of one server, and the mail sink
index       the first page: what is played and where
neighbour   who may turn the switches and read the mailbox
currencies  which amounts the payment provider takes, and how it writes them
journal     state that survives kill -9: one flushed line per operation
faults      the faults that are switched on now
pages       the look of the sandbox's own pages
stripe/     a stateful payment provider with a hosted page and signed events
operators/  two remote ferry operators with their own inventory
mail/       a mail sink with a mailbox page
control/    the switches for faults
ais/        ships that report
push/       a push service of browsers
warnings/   a publisher of warnings to ships
weather/    waves and wind, as Open-Meteo and OpenWeather answer
unctad/     the statistics server
portwatch/  port calls by day and disruptions, as an ArcGIS service answers
cppi/       the World Bank's annex of its index of container ports
gtfs/       a publisher of a ferry timetable, and of how its boats go
"""
