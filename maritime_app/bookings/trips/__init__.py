"""The crossing while it happens.

service  each leg with its ship's own report
"""
