"""Where ships are: AIS in, live map out, tracks.

model          what a ship, its report and the feed are
types          names for AIS numbers
ais/           AISStream frames to values and back
feed/          the consumer: source, intake, fleet, lease, publisher
tracks/        positions kept by day, thinned, drawn
map/           the live map's server side
packed_report  a last report as packed bytes
live_store     what Redis holds of ships
schemas        requests and responses of the HTTP interfaces
store          ships and their tracks in PostgreSQL
service        what can be asked about ships
routes         ships over HTTP
jobs           keeping the tracks' days
"""
