"""Where ships are: AIS reports in, live map and tracks out.

model          a ship's report, its particulars, the feed's health
interference   where satellite positions are disturbed
codes/         what the numbers in reports stand for
live/          the newest state of every ship, in Redis
ais/           AISStream frames to reports and back
feed/          frames to the newest state of every ship, announced as typed events
nmea/          receivers that send NMEA 0183 over TCP and UDP
snapshots/     positions that tasks bring beside the stream
port_calls/    when ships came to a port, stopped and left
gaps/          ships that were not heard, while the feed was
encounters/    ships that lay close together for hours, far from every harbour
neighbours/    who is near a ship, and how close they will come
density/       how many ships a day were where
replay/        where all ships of a box were, for hours at a time
warnings/      what authorities warn ships of, from files
ship_alerts/   alerts of what ships do: areas, port calls, gaps, encounters, CPA
coast/         the fine coast under the live map, in tiles
towns/         which towns the map names
sea/           where there is water, and where no ship can be
predictions/   when ships arrive, and how wrong that was
recordings/    recorded files as a source, labelled so
tracks/        positions stored by day, thinned and drawn
map/           the live map's server side
api/           ships for programs, and the page of one ship
store          ships and track points in PostgreSQL
service        who is in a box, what is known of a ship, where it was
consumer       follows the feed and hands its events to the subscribers
responses      positions and tracks in every format
routes         ships over HTTP
jobs           day partitions of the tracks
"""
