-- Names are folded alike by every PostgreSQL, whatever its version and its database's locale, and
-- as Python folds them (bookings/back_office/search_terms/spellings.py).

-- How names are compared: without case, accents, spaces, hyphens and apostrophes. A Greek sigma at
-- the end of a word is a sigma: lower() writes ς there in some versions and locales, σ in others.
-- An i without its dot is an i: lower() makes one of I in Turkish.
create function folded_name(text) returns text
    language sql immutable strict parallel safe
    return translate(
        regexp_replace(lower(normalize($1, nfkd)), '[\u0300-\u036f \u2019''-]', '', 'g'),
        'ςı', 'σi');
-- Beside passenger_by_family_name and folded(), which the release before this one looks for names
-- by: both go when no process of it may run any more.
create index passenger_by_folded_name on passenger (folded_name(family_name) text_pattern_ops);

-- Plates and references are A to Z: in Turkish upper() makes another letter of i.
create or replace function alphanumeric(text) returns text
    language sql immutable strict parallel safe
    return regexp_replace(upper($1 collate "C"), '[^A-Z0-9]', '', 'g');
reindex index vehicle_by_plate;
reindex index booking_leg_by_operator_reference;
