"""Attacks on a running copy of our own: `make attack`.

__main__   start a copy, run every part, print a table
target     a copy with staff of every role, tokens, and two guests' bookings
wire       bytes to the copy and back
access     every route by every role, and with another guest's proof
bursts     guesses sent at once: passwords, surnames; places held for nothing
slow       half heads, half bodies, silence; who pipelines and does not read
odd        requests that no client sends; bodies in other decoders
tools      programs of others, each in an environment of its own
described  the API against its own description, by Schemathesis
scanned    pages and forms, by Wapiti
materials  what the service is made of (CycloneDX), and what is known against it

Each part returns findings: a sentence, and whether it held.
"""
