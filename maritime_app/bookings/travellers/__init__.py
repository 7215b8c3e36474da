"""What passengers say of themselves, for the ship's list and for help on board, in words.

model      genders, kinds of help
words      the same in words; countries
residents  where they live, where a fare gives residents a discount
extras     what they have bought with their places
"""
