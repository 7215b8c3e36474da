"""How the service is: dashboard, health, invariants, and what is cached.

model       figures, alerts and checks
limits      pure: limits and budgets that staff may set to other numbers
store       lags, alerts and the last checks in PostgreSQL
service     figures, health, alerts, the cache looked into
notices/    alerts told to people outside
readiness   whether work may be sent to this process
figures     what waits and answers, asked for at a scrape
probes      health and figures on a port of their own
invariants  what must always be true, looked at a slice at a time
trends/     how it was and will be: waits of jobs, bookings, occupancy
cards/      pictures of routes and ports for where their pages are shared
style_page/ every piece of the pages in every state
sitemap     pure: the pages that search engines may find
installable the site as an app of a telephone
views       what the dashboard shows
routes      the dashboard, health, metrics, the cache for programs
jobs        housekeeping and the look at the invariants
"""
