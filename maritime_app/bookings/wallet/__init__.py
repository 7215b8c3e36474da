"""Tickets for the wallets of telephones; offered only where the keys for them are configured.

apple    a signed .pkpass (PassKit package format)
google   a signed link that saves a pass in Google Wallet
service  the signers of a process, and the pass of a ticket
routes   the file and the link
"""
