"""Money on its way back.

service  request, send and settle a refund
"""
