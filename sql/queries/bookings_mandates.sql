-- Mandates: what programs may pay with a traveller's saved card, and what they paid.

-- name: lock_holder(email)
-- Whoever asks for a mandate waits for others of the same address: the bound below is exact.
select pg_advisory_xact_lock(7166054, hashtext(folded_case($1)));

-- name: add_mandate(id, email, language, limit_minor, currency, origin, destination, most_bookings,
-- valid_until, most)
-- No row: the address has so many, or a port is none (any more). A stop that is being taken out is
-- waited for: null would let the mandate be used anywhere.
with ports as materialized (
    select id, code from port where code in ($6, $7) for key share
)
insert into mandate (id, email, language, limit_minor, currency, origin_id, destination_id,
                     most_bookings, valid_until)
select $1, $2, $3, $4, $5, o.id, d.id, $8, $9
from (select) as asked
left join ports o on o.code = $6
left join ports d on d.code = $7
where num_nulls($6, o.code) <> 1 and num_nulls($7, d.code) <> 1
  and (select count(*) from mandate
       where folded_case(email) = folded_case($2) and status in ('asked', 'active')) < $10;

-- name: mandate_by_id(id)
-- not null: has_key
select m.id, m.status, m.email, m.language, m.limit_minor, m.currency, o.code as origin_code,
       o.name as origin_name, o.timezone as origin_timezone, o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, m.most_bookings, m.valid_until, m.session_id,
       m.customer_id as card_customer_id, m.method_id as card_method_id, m.card_brand,
       m.card_last4, m.key_hash is not null as has_key
from mandate m left join port o on o.id = m.origin_id left join port d on d.id = m.destination_id
where m.id = $1;

-- name: lock_mandate(id)
-- not null: has_key
-- Whoever takes of a mandate holds its row: two at once never take more than it allows.
select m.id, m.status, m.email, m.language, m.limit_minor, m.currency, o.code as origin_code,
       o.name as origin_name, o.timezone as origin_timezone, o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, m.most_bookings, m.valid_until, m.session_id,
       m.customer_id as card_customer_id, m.method_id as card_method_id, m.card_brand,
       m.card_last4, m.key_hash is not null as has_key
from mandate m left join port o on o.id = m.origin_id left join port d on d.id = m.destination_id
where m.id = $1
for update of m;

-- name: mandate_by_key(key_hash)
select id from mandate where key_hash = $1;

-- name: set_session(id, session_id)
-- The page on which the card is being saved.
update mandate set session_id = $2 where id = $1 and status = 'asked';

-- name: grant_mandate(id, from_statuses, to_status, customer_id, method_id, brand, last4)
-- Compare and set; no row: it was granted or ended meanwhile.
update mandate set status = $3, customer_id = $4, method_id = $5, card_brand = $6, card_last4 = $7
where id = $1 and status = any($2::text[]);

-- name: end_mandate(id, from_statuses, to_status)
-- Compare and set.
update mandate set status = $3, ended_at = now() where id = $1 and status = any($2::text[]);

-- name: set_key(id, key_hash)
-- Once: no row where there is a key, or nothing to pay with.
update mandate set key_hash = $2 where id = $1 and status = 'active' and key_hash is null;

-- name: used(mandate_id, booking_id)
-- not null: minor, bookings, has_it
-- A booking counts once, however often it is changed; `has_it`: that one does.
select coalesce(sum(amount_minor), 0)::bigint as minor, count(distinct booking_id) as bookings,
       coalesce(bool_or(booking_id = $2::uuid), false) as has_it
from mandate_use where mandate_id = $1 and status in ('taken', 'spent');

-- name: ways_of(sailing_ids)
-- Between which ports these sail.
select s.id, o.code as origin, d.code as destination
from sailing s join port o on o.id = s.origin_id join port d on d.id = s.destination_id
where s.id = any($1::uuid[]);

-- name: add_use(id, mandate_id, booking_id, payment_id)
-- No row: the payment is not open any more, or a bank was asked for it before.
insert into mandate_use (id, mandate_id, booking_id, payment_id, amount_minor)
select $1, $2, $3, p.id, p.amount_minor from payment p where p.id = $4 and p.status = 'open'
on conflict do nothing;

-- name: use_of_booking(booking_id, payment_id)
select u.id, u.mandate_id, u.booking_id, b.reference, u.payment_id, u.amount_minor,
       b.currency, u.status, u.refusal, u.created_at
from mandate_use u join booking b on b.id = u.booking_id
where u.booking_id = $1 and u.payment_id = any($2::uuid[])
order by u.created_at limit 1;

-- name: use_by_id(id)
select u.id, u.mandate_id, u.booking_id, b.reference, u.payment_id, u.amount_minor,
       b.currency, u.status, u.refusal, u.created_at
from mandate_use u join booking b on b.id = u.booking_id
where u.id = $1;

-- name: uses_of(mandate_id)
select u.id, u.mandate_id, u.booking_id, b.reference, u.payment_id, u.amount_minor,
       b.currency, u.status, u.refusal, u.created_at
from mandate_use u join booking b on b.id = u.booking_id
where u.mandate_id = $1 order by u.created_at desc, u.id;

-- name: end_use(id, from_statuses, to_status, refusal)
-- Compare and set.
update mandate_use set status = $3, refusal = $4, ended_at = now()
where id = $1 and status = any($2::text[]);

-- name: open_uses(older_than_seconds, most)
-- Charges of which nobody has heard how they ended.
select id from mandate_use
where status = 'taken' and created_at < now() - make_interval(secs => $1)
order by created_at limit $2;

-- name: cards_to_look_for(seconds, most)
-- Mandates whose page at the payment provider is open: its customer may never come back to ours.
update mandate set checked_at = now()
where id in (
    select id from mandate
    where status = 'asked' and session_id is not null
      and coalesce(checked_at, created_at) < now() - make_interval(secs => $1)
    order by checked_at nulls first, id limit $2 for update skip locked
)
returning id;

-- name: overdue_mandates(unsaved_days, most)
select id from mandate
where status in ('asked', 'active')
  and (valid_until <= now()
       or status = 'asked' and created_at < now() - make_interval(days => $1))
order by valid_until, id limit $2;

-- name: currencies()
-- not null: currency
-- In which something is sold.
select distinct currency from operator where currency is not null order by currency;

-- name: erase_mandates(days, limit_count)
-- Whose it was, so many days after it ended. Returns how many.
with over as (
    select id from mandate
    where ended_at < now() - make_interval(days => $1) and email <> ''
    limit $2 for update skip locked
), erased as (
    update mandate m set email = '', card_last4 = '' from over where m.id = over.id returning m.id
)
select count(*) from erased;
