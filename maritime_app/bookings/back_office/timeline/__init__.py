"""The words of a booking's timeline.

titles   what happened
details  what stands under it: who was let aboard, why a bank refuses
"""
