"""`make chaos`: load on two processes of each role while things are killed; then the books are
checked.

__main__   options, the run, the exit code
world      the servers and processes of one run
processes  one of them, and how to kill it
entrance   run.py on a machine with a wrong clock, or for a control without one guard
lines      what stands between: a line that falls silent, a balancer
traffic    passengers: they search, book, pay, walk away, cancel
changes    those who change what they have paid for
promises   what each of them was told
api        the calls a passenger makes, and which answers were to be expected
places     whether a search says what is so, by every web process
staff      somebody who delays, closes, cancels, corrects, gives money back
staff_books  whether all of that stands in the books once
dashboard  somebody who refunds at Stripe's dashboard, and the customers' banks
outside    what went back without us, as Stripe has it
money_books  whether Stripe's balance, the ledger and the bookings say the same
disputed   whether a lost dispute makes a ticket void
ships      who follows the ships, and whether every web process sees them
rolling    restarts in turn, also of two versions, that no client may notice
faults     what goes wrong, when, by the seed
small_disk  a disk of its own for what bookings are written to
quiet      waiting until nothing is under way any more
pair       a PostgreSQL primary and its standby
promotion  the primary is killed, the standby promoted, the old one comes back
owed       money that is owed: said, and with a next step
own_invariants  what the product itself looks at every few minutes
verdict    the invariants, from our books and from the outside world's
report     what happened, for people and as JSON

cancelled_sailing  a run of its own: a full sailing is cancelled while its workers are killed
killer             who kills them, by how much they have worked
disrupted_parties  what became of them, by the books and their mailboxes
passengers         who is aboard there: they book, pay and choose
"""
