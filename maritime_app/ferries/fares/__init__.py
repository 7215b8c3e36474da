"""Prices.

rules  pure: what a party costs on a fare, and what cancelling costs
"""
