"""The second factor: codes by time and recovery codes.

totp       codes by time and recovery codes: made, sealed, recognised
service    switch on, sign in with it, renew recovery codes, switch off, reset
challenge  between the password and the code
"""
