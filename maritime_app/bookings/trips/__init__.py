"""The crossing while it happens.

service  each leg with its ship's own report
views    what the page shows
routes   the page
"""
