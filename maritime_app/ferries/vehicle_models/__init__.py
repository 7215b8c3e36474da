"""Common vehicles by make and model, with the measures that a deck needs.

models.csv  the list, with its source
model       a vehicle model
service     read, found by name
routes      the list for programs
"""
