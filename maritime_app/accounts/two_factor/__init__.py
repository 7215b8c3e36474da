"""The second factor of staff: codes by time, and recovery codes for the day the phone is lost.

model      its status, and what the forms send
totp       codes by time made and recognised, secrets sealed
store      secrets, time steps and recovery codes in PostgreSQL
service    switch it on, sign in with it, renew recovery codes, switch it off, reset it
challenge  between the password and the code
"""
