-- needs: 0099
-- contract
-- Surnames by their beginning: what the words of names find, too.
drop index passenger_by_folded_name;
