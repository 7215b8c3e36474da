"""The mails of a booking.

mails         written in the transaction that is their reason
mail_content  what they may say
"""
