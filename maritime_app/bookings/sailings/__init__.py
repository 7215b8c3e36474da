"""Sailings for staff: the day's list, one sailing with who is aboard, the acts, planning.

views   what the pages show
forms   pure: what the pages send, with times of the quay's clock
routes  the pages
api     the same acts for programs
price_lists/  fares and extras
extra_kinds/  extras that operators add
promotions/  promo codes
"""
