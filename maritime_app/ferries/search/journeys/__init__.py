"""Journeys with one or two changes, as one answer.

changing    pure: how one gets from one ship to the next, and how long it takes
connecting  pure: sailings that follow one another, and which of such journeys are worth showing
service     the ways round between two places, and the journeys of a day on them
remote_sailings  what remote operators have said lately of parts of a way
"""
