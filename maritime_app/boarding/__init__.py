"""Boarding: who is let aboard, who is, and the list of them that the law asks for.

model       the boarding list of a sailing, a scan and its verdict, admissions
codes       pure: fingerprints of ticket codes, so that a gate can verify them without our key
verdict     pure: whether a code is let aboard, in words and in one place
listing     pure: from rows to the boarding list
states      whether people are let aboard, as one table
store       lists, admissions and counts in PostgreSQL
standing    how boarding stands, read in the caller's transaction
service     the list of a sailing, scans, undoing, settling a gate's journal
closing/    the end of boarding: the count that is declared
manifest/   the passenger list of Directive 98/41/EC, as page, CSV and single-window message
gate/       the gate role: a laptop at the quay that needs no internet
views       what the pages of boarding show
routes      the pages
api         the same for browsers at the gate, and for the gate role
"""
