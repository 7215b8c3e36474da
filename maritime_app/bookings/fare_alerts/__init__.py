"""Alerts of a lower price, or of places, on a route and day: confirmed, cooled down, ended by one
click.

model    an alert, and what its mails say
states   where an alert stands, as one table
checks   pure: what is wrong with an alert that is asked for or changed
rules    pure: whether there is news, and what it is measured against next
mails    the mails of an alert
store    alerts in PostgreSQL
service  ask for one, look at it, change, pause, end; tell what is new
jobs     looking at prices and places by the clock
responses  alerts as programs get them
api      the same for programs
routes   the forms, the page of an alert, its acts
"""
