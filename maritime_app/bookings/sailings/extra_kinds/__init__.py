"""Extras of their own for staff: what operators have added, one more, one that is taken back.

forms   pure: what the page sends
views   what the page shows
routes  the page
api     the same for programs
"""
