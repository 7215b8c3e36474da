"""Invoices and credit notes: what was sold by whom, numbered without gaps.

model    an invoice, its seller, its lines
lines    pure: what a booking is to be invoiced, and what of it is new
goodwill pure: how goodwill is shared out over what was sold
store    invoices and their issuers' numbers, in PostgreSQL
service  issue what is not invoiced yet, and print it
issuers  describe the sellers: legal name, address, tax
buyers   to whom: asked once, corrected by documents
buyer_rules pure: what may stand there as buyer
views    what an invoice says, in the reader's language
pdf      the same as a tagged PDF
"""
