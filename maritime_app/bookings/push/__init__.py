"""News of a late ship as a notification of the browser that asked for it (Web Push, RFC 8030).

What is sent has no name, no reference and no price in it, and only that browser can read it.

model       a browser that asked, and what it is sent
encryption  pure: a message that only that browser can read (RFC 8291)
vapid       pure: who sends, proved by a key of ours (RFC 8292)
services    pure: the push services of browsers, and no other address
store       who asked and what was sent, in PostgreSQL
service     ask, end, write down what is to be sent, send it
jobs        one message to one browser
routes      asking and ending
"""
