-- Addresses are folded alike in every database, as names are since 0075: in a Turkish one lower()
-- makes a dotless i of I, and whoever typed an address in capitals was somebody else.

-- How addresses, ships' names and publishers are compared: A to Z without case in every locale,
-- other letters as the database folds them.
create function folded_case(text) returns text
    language sql immutable strict parallel safe
    return lower(lower($1 collate "C") collate "default");

-- Beside those on lower(), which the release before this one looks for addresses by: they go when
-- no process of it may run any more.
create index booking_by_folded_email on booking (folded_case(contact_email) text_pattern_ops);
create index mandate_by_folded_email on mandate (folded_case(email))
    where status in ('asked', 'active');
create index fare_alert_by_folded_email on fare_alert (folded_case(email))
    where status in ('unconfirmed', 'active', 'paused');
create index ship_alert_by_folded_email on ship_alert (folded_case(email))
    where status in ('unconfirmed', 'active', 'paused');
