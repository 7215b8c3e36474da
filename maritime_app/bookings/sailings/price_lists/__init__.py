"""Price lists for staff: which routes are sold by which, and one that follows another.

forms   pure: what the page sends, in amounts as people write them
views   what the pages show
routes  the pages
api     the same for programs
"""
