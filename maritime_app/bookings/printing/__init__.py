"""What is printed: tickets, invoices, and the names on them.

printed_pdf    tagged PDFs, drawn by Typst
printable      pure: names and plates that a ticket can show
latin_names    pure: a name in A to Z, as passports spell it
"""
