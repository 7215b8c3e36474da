"""What every kind of event of ships has in common: gaps, encounters, port calls, crossings.

model         what a ship did that alerts may be of
paging        lists in pages, by cursor
requests      how far back a list of events goes, and of which ship
geojson       events as GeoJSON points
atom          events as an Atom feed
responses     both over HTTP
routes        page, JSON, GeoJSON and Atom of one kind
refused_rows  rows of which the database refuses one
write_behind  what a recorder has to store yet, and the loop that stores it
"""
