-- What a strict function of several steps makes is worked out by a call of its own, for each new
-- passenger and with its body read anew for each statement: a twelfth of what PostgreSQL does to
-- hold a booking. Without `strict` it becomes part of the index's expression and of the statement
-- that looks for names. Names are never null, so what is found stays the same.

-- The same words as in 0099, and the same as bookings/back_office/search_terms/spellings.py folds.
create or replace function name_words(given_name text, family_name text) returns tsvector
    language sql immutable parallel safe
    return array_to_tsvector(array_remove(
        array[folded_name($1), folded_name($2)]
        || string_to_array(
            translate(
                regexp_replace(
                    lower(normalize($1 || ' ' || $2, nfkd)),
                    '[\u0300-\u036f\u2019''\u200c\u200d]', '', 'g'),
                'ςı-', 'σi '),
            ' '),
        ''));

-- Sessions that are open learn of it: else they keep the expression as it was when they read it,
-- and look for names without the index. The value is the usual one.
alter index passenger_by_name_words alter column 1 set statistics -1;
