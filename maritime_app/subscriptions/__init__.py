"""What an address asked to be told of by mail: confirmed by its reader, paused, ended by one click.

model    where a subscription stands
states   the same as one table, for every noun that is one
service  whose link a token is; how a link's act is done
routes   the form that asks, and the acts of a page or of one click
"""
