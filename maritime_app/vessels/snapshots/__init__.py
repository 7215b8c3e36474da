"""Positions that tasks bring beside the stream: pulled, looked at for a moment, or simulated.

aishub_answer   AISHub's answer to rows, or its error forms
aishub_codec    rows in AISHub's two formats to reports
aishub_gateway  the one file that speaks to AISHub
simulation      ships that exist nowhere, always labelled so
moment          a bounded look at AISStream
model           what a task keeps of what it brought
service         bring, hand to the consumer, keep for a while
"""
