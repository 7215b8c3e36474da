"""What happens to a booking when its money moves without us.

service  follow refunds and disputes that were begun elsewhere, and what staff decide about them
"""
