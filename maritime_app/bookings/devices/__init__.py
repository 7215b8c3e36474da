"""Browsers in which a booking is open: what a link is exchanged for.

model    what is known of a browser in which a booking is open
store    devices in PostgreSQL
service  open, end; a code by mail makes a device a trusted one
cookies  the cookie of a booking, few of them in a browser
"""
