"""Connections before they are requests: how many, how long, and what is answered to no HTTP.

connection  one connection of aiohttp's, with our answers and a share per address
deadlines   a head, a body and an answer that is not read have a time limit
leaving     the end of a port: nobody who was let in goes without an answer
serving     the listening socket and its connections
upgrade     connections that leave HTTP for a protocol of their own

It stands on parts of aiohttp that are not documented; tests/web/test_aiohttp_parts.py says which.
"""
