"""Passkeys of staff (Web Authentication, W3C): a key that a device holds and opens by finger, face
or PIN. One signs in by itself, and says again that it is its owner who acts.

model     a passkey, and what is remembered while a device is asked
ceremony  challenges made and answers verified, by the library fido2
store     passkeys in PostgreSQL
service   add one, sign in with one, remove one
asking    the browser's state while its device is asked
"""
