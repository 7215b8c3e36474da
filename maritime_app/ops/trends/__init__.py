"""How the service was and will be, as charts of the dashboard: waits of jobs, bookings, occupancy.

model    what is read, and charts
store    the figures in PostgreSQL
service  the figures of this process, read anew after a while
views    pure: figures to bars
"""
