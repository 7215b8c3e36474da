"""The switches for faults, changed by a page or by JSON.

routes   the page and its JSON
"""
