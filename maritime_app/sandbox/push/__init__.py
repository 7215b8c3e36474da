"""A push service of browsers.

server  takes messages and checks who sends them
"""
