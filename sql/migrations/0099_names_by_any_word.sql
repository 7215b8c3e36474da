-- Names are found by the beginning of any of their words, given names too, and joiners (zero width,
-- within Persian and Indic words) count for nothing, as many leave them out.

-- The same as bookings/back_office/search_terms/spellings.py folds.
create or replace function folded_name(text) returns text
    language sql immutable strict parallel safe
    return translate(
        regexp_replace(
            lower(normalize($1, nfkd)), '[\u0300-\u036f \u2019''\u200c\u200d-]', '', 'g'),
        'ςı', 'σi');

-- A person's words, each folded, and given name and surname as one word each, for who writes
-- "vanderberg" or "jeanpierre".
create function name_words(given_name text, family_name text) returns tsvector
    language sql immutable strict parallel safe
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

create index passenger_by_name_words on passenger using gin (name_words(given_name, family_name));
