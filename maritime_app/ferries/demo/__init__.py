"""The authored demo world: fictional operators and ferries between real ports, always marked as
demo.

model.py    what the world is made of: operators, ports, ferries, routes, fares, departures
codec.py    world.toml -> World; departures of a day; where a ferry is at an instant
seed.py     the demo world into the database
world.toml  the world itself
"""
