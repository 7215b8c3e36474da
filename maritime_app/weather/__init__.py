"""Waves and wind at sea: pulled by cells of a grid, kept, and shown with age and source.

model    a cell, and what is known of the weather in it
crossing a crossing as places in time
requests, responses   what programs ask and get
codec, openweather_codec   answers of the two services to weather
units    figures in other units to those that were asked for
gateway  the one file that speaks to the weather services
pulling  pull the cells that somebody looks at, fifty at a time
service  the weather at a place and time, and along a crossing, from the last good copies
grid/    the weather on a grid of points in view of a map
views    the same as a response
jobs     the tasks that pull, and delete what is over
routes   weather over HTTP
"""
