"""The pages of a change.

steps       the form, and what it costs: one page after the other
form        pure: what was entered on the page, as a change
views       what the page of a change shows
additions   a crossing that may be added, and its sailings
alternatives the sailings that a leg may go by instead, and its cabins
"""
