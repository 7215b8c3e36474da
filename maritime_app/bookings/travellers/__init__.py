"""What passengers say of themselves, for the ship's list and for help on board.

model      genders, kinds of help
words      the same in words; countries
residents  where they live, where a fare gives residents a discount
"""
