"""What cancelling costs, and doing it.

service  quote a cancellation and carry it out for exactly the quoted fee
"""
