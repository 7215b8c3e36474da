"""What cancelling costs, and doing it for exactly that.

model    a quote, leg by leg
service  quote a cancellation and carry it out
views    what the cancellation page shows
routes   the page, and the same for programs
"""
