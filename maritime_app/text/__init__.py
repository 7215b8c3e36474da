"""What people write, before it is kept, printed or written to. Pure.

unseen         characters that nobody can see
drawn_letters  the fonts of what is printed and drawn, and what they have no letter for
email_address  what may be an e-mail address
"""
