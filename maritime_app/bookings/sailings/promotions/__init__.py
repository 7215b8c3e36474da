"""Promo codes for staff: all with their uses, one more, one that is ended.

forms   pure: what the page sends
views   what the page shows
routes  the page
api     the same for programs
"""
