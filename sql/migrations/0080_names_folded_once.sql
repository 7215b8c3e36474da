-- needs: 0075
-- contract
-- What looked for names before 0075 and is looked at no more.
drop index passenger_by_family_name;
drop function folded(text);
