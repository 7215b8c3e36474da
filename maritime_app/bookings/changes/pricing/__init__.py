"""What a change costs.

requests    how a change is asked for, and what it costs, as programs and forms say it
wishes      pure: from what is asked for to the booking that is wanted
differences pure: what the price lines of a leg become when it changes
promoted    pure: what the promo code of a booking takes off a leg that changes
terms       what a booked leg may be given up or changed for
quoting     what a change costs: each leg by its own source
"""
