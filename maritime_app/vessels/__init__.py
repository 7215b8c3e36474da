"""Where ships are: AIS in, live map out, tracks.

model       what a ship, its report and the feed are
types       names for AIS numbers
ais/        AISStream frames to values and back
gateway     the one file that speaks to AISStream
intake      from a frame to the fleet, with every frame accounted for
fleet       the consumer's memory: newest report per ship, static data joined
thinning    which reports are worth a row in a track
records     a last report as packed bytes
live        what Redis holds of ships
publishing  out of the fleet into Redis
recording   out of the fleet into PostgreSQL
lease       one consumer among all processes
pauses      waiting that can be cut short
stream      the consumer: follows the feed while it holds the lease
map/        the live map's server side
shapes      questions and answers of the HTTP interfaces
store       ships and their tracks in PostgreSQL
tracks      tracks from kept points: broken at gaps, simplified, written out
service     what can be asked about ships
sockets     who is let in to the live map, and its hub
routes      ships over HTTP
jobs        keeping the tracks' days
"""
