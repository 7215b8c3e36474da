"""The live map's server side: every ship in numpy columns, cut into tiles, each changed tile
encoded once, the same bytes to every socket that shows it.

mercator       positions to world units, viewports to tiles
frames         the binary protocol (docs/map-protocol.md), as complete websocket frames
json_frames    the same stream as JSON, for scripts
selection      which ships a request asks for
columns        the newest report of every ship, as this process knows it
level          one zoom level: which ships its open tiles show, what changed since the last tick
tile           one open tile: slots of ships, sequence number, subscribers
client_shadow  what clients have been sent of each ship, sailed on as they do it
client         one subscriber: its tiles, and what it missed while it was slow
hub            follows the delta stream, ticks, writes to all clients
socket         an open websocket as such a client
views          ships in a box as GeoJSON, the map page without JavaScript
interference   where the sky is jammed, as GeoJSON
shares         how many maps an address has open, at all processes together
routes         the live map's socket over HTTP, and the hub's life
"""
