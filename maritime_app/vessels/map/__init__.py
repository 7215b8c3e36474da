"""The live map's server side: every ship in numpy columns, cut into tiles, each changed tile
encoded once.

mercator    positions to world units, viewports to tiles
frames      the binary protocol (docs/map-protocol.md), as complete websocket frames
columns     the newest report of every ship, as this process knows it
level       one zoom level: which ships its open tiles show, and what changed since the last tick
tile        one open tile: places of ships, sequence number, who looks
sent        what clients of a level were told of each ship
jsonform    the same stream as JSON, for scripts
client      what the hub serves: its tiles, and what it missed while it was slow
hub         follows the delta stream, ticks, and hands the same bytes to everybody
socket      an open websocket as such a client
routes      who is let in to the live map, and its hub
"""
