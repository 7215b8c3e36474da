-- Our books beside Stripe's balance and the operators' statements.

-- name: remote_operators()
-- The operators that send statements.
select id, code from operator where kind = 'remote' order by code;

-- name: keep_statement(operator_id, day, asked_at, references, operator_references, statuses,
-- currencies, amounts)
-- Replaces what was known of that day. It was read when it was asked for: what moved while the
-- answer was on its way may be in it or not.
with read as (
    insert into operator_statement (operator_id, day, read_at) values ($1, $2, $3)
    on conflict (operator_id, day) do update set read_at = excluded.read_at
), gone as (
    delete from operator_statement_line
    where operator_id = $1 and day = $2 and reference <> all ($4::text[])
)
insert into operator_statement_line
    (operator_id, day, reference, operator_reference, status, currency, amount_minor)
select $1, $2, l.* from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
    as l (reference, operator_reference, status, currency, amount_minor)
on conflict (operator_id, day, reference) do update
set operator_reference = excluded.operator_reference, status = excluded.status,
    currency = excluded.currency, amount_minor = excluded.amount_minor;

-- name: forget_statements(older_than)
delete from operator_statement where day < $1;

-- name: days_with_legs(first, last)
-- not null: operator_id, day
-- The days (UTC) on which somebody leaves with a remote operator.
select distinct s.operator_id, (s.departs_at at time zone 'UTC')::date as day
from booking_leg l
join sailing s on s.id = l.sailing_id
join operator op on op.id = s.operator_id
where op.kind = 'remote' and s.departs_at >= $1::date and s.departs_at < $2::date + 1
order by 2, 1;

-- name: note_differences()
-- not null: noted, settled
-- Writes down where the books differ now, and settles what does not differ any more. What a person
-- has settled stays settled. Money under way is no difference: an hour is left to everything. What
-- was the same a week before the last comparison and has not moved since is not read again; what
-- differed is, however old.
with until as (
    select coalesce((select read_until from balance_reading), '-infinity') as read_until
), since as (
    select s.at,
           (lpad(to_hex((extract(epoch from greatest(s.at, 'epoch')) * 1000)::bigint), 12, '0')
            || repeat('0', 20))::uuid as first_id
    from (select coalesce((select compared_at from reconciliation), '-infinity')
                 - interval '7 days' as at) s
), differed as (
    select kind, subject from difference where settled_at is null
), compared as (
    insert into reconciliation (compared_at) values (now())
    on conflict (one) do update set compared_at = excluded.compared_at
), moved as materialized (
    select l.transaction_id from ledger l, since where l.at >= since.at and l.account = 'stripe'
    union
    select m.transaction_id from balance_movement m, since
    where m.moved_at >= since.at and m.transaction_id is not null
    union
    select subject::uuid from differed where kind = 'not_at_stripe'
    union
    select m.transaction_id from differed d join balance_movement m on m.id = d.subject
    where d.kind = 'stripe_amount'
), touched as materialized (
    select split_part(l.account, ':', 2)::uuid as booking_id from ledger l, since
    where l.at >= since.at and l.account ~ '^bookings:[0-9a-f-]{36}$'
    union
    select p.subject_id from payment p, since
    where p.id >= since.first_id and p.subject_kind = 'bookings'
    union
    select subject::uuid from differed where kind = 'booking_account'
), unexplained as (
    select 'unexplained' as kind, m.id as subject, 'stripe' as party,
           (m.moved_at at time zone 'UTC')::date as day, m.currency::text as currency,
           0::bigint as ours_minor, m.amount_minor as theirs_minor
    from balance_movement m where m.transaction_id is null
), booked as (
    select l.transaction_id, l.currency, min(l.at) as at, sum(l.amount_minor)::bigint as minor
    from moved join ledger l on l.transaction_id = moved.transaction_id
    where l.account = 'stripe' and l.memo not in ('fee', 'exchange')
      and not exists (
          select from ledger other
          where other.transaction_id = l.transaction_id and other.account = 'unexplained')
    group by l.transaction_id, l.currency
), not_at_stripe as (
    select 'not_at_stripe', b.transaction_id::text, 'stripe', (b.at at time zone 'UTC')::date,
           b.currency::text, b.minor, 0::bigint
    from booked b, until
    where b.at < until.read_until - interval '1 hour'
      and not exists (
          select from balance_movement m where m.transaction_id = b.transaction_id)
), stripe_amount as (
    select 'stripe_amount', m.id, 'stripe', (m.moved_at at time zone 'UTC')::date,
           m.currency::text, b.minor, m.amount_minor
    from balance_movement m
    join booked b on b.transaction_id = m.transaction_id and b.currency = m.currency
    where b.minor <> m.amount_minor
), paid as (
    select p.subject_id, p.currency, max(p.settled_at) as settled_at,
           sum(coalesce(p.received_minor, 0) - r.back - d.withdrawn)::bigint as minor
    from payment p
    cross join lateral (
        select coalesce(sum(amount_minor), 0) as back from refund
        where payment_id = p.id and status in ('requested', 'succeeded')
    ) r
    cross join lateral (
        select coalesce(sum(withdrawn_minor), 0) as withdrawn from dispute where payment_id = p.id
    ) d
    where p.status = 'succeeded' and p.subject_kind = 'bookings'
      and p.subject_id in (select booking_id from touched)
    group by p.subject_id, p.currency
), booking_account as (
    select 'booking_account', p.subject_id::text, 'ledger',
           (p.settled_at at time zone 'UTC')::date, p.currency::text, p.minor, -l.balance
    from paid p
    cross join lateral (
        select coalesce(sum(amount_minor), 0)::bigint as balance from ledger
        where account = 'bookings:' || p.subject_id and currency = p.currency
    ) l
    where -l.balance <> p.minor and p.settled_at < now() - interval '1 hour'
), lines as materialized (
    -- What operators have said lately, beside the leg that is called so there: by its key, which is
    -- "<booking>-<leg>" until a change gives it another one.
    select t.operator_id, t.reference, t.day, t.status, t.currency, t.amount_minor, read.read_at,
           b.status as booking_status, b.currency as our_currency, l.number,
           l.price_minor - kept.minor as price_minor,
           greatest(b.confirmed_at, b.ended_at, changed.at) as moved_at
    from operator_statement_line t
    join operator_statement read on read.operator_id = t.operator_id and read.day = t.day
    left join booking b on b.reference = split_part(t.reference, '-', 1)
    left join (booking_leg l join sailing s on s.id = l.sailing_id)
        on l.booking_id = b.id and s.operator_id = t.operator_id
        and coalesce(l.operator_key, b.reference || '-' || l.number) = t.reference
    cross join lateral (
        -- What changes cost is of the leg's price, but none of the operator's new reservation.
        select coalesce(sum(i.amount_minor), 0)::bigint as minor from booking_item i
        where i.booking_id = b.id and i.leg_number = l.number and i.reason in ('fee', 'rounding')
    ) kept
    cross join lateral (
        -- One that is accepted is being asked for.
        select max(case when c.status = 'accepted' then 'infinity' else c.ended_at end) as at
        from booking_change c where c.booking_id = b.id
    ) changed
), keeps as (
    select 'operator_keeps', t.reference, op.code, t.day, t.currency::text, 0::bigint,
           t.amount_minor
    from lines t
    join operator op on op.id = t.operator_id
    where t.status = 'Booked'
      and (t.number is null or t.booking_status in ('cancelled', 'refused', 'expired'))
      and coalesce(t.moved_at, '-infinity') < t.read_at - interval '1 hour'
), lacks as (
    select 'operator_lacks', called.key, op.code, read.day, b.currency::text, l.price_minor,
           0::bigint
    from operator_statement read
    join operator op on op.id = read.operator_id
    join sailing s on s.operator_id = read.operator_id
        and s.departs_at >= read.day and s.departs_at < read.day + 1
    join booking_leg l on l.sailing_id = s.id
    join booking b on b.id = l.booking_id
    cross join lateral (
        select coalesce(l.operator_key, b.reference || '-' || l.number) as key
    ) called
    where b.status = 'confirmed' and b.confirmed_at < read.read_at
      and not exists (
          select from booking_change c
          where c.booking_id = b.id and c.status = 'applied' and c.ended_at >= read.read_at)
      and not exists (
          select from operator_statement_line t
          where t.operator_id = read.operator_id and t.day = read.day
            and t.reference = called.key and t.status = 'Booked')
), price as (
    select 'operator_price', t.reference, op.code, t.day, t.currency::text, t.price_minor,
           t.amount_minor
    from lines t
    join operator op on op.id = t.operator_id
    where t.status = 'Booked' and t.booking_status = 'confirmed' and t.number is not null
      and coalesce(t.moved_at, '-infinity') < t.read_at
      and (t.currency <> t.our_currency or t.amount_minor <> t.price_minor)
), found as materialized (
    select * from unexplained
    union all select * from not_at_stripe
    union all select * from stripe_amount
    union all select * from booking_account
    union all select * from keeps
    union all select * from lacks
    union all select * from price
), settled as (
    update difference d set settled_at = now()
    where d.settled_at is null
      and not exists (
          select from found f
          where f.kind = d.kind and f.subject = d.subject and f.currency = d.currency)
    returning d.kind
), noted as (
    insert into difference (kind, subject, party, day, currency, ours_minor, theirs_minor)
    select * from found
    on conflict (kind, subject, currency) do update
    set ours_minor = excluded.ours_minor, theirs_minor = excluded.theirs_minor,
        found_at = case when difference.settled_at is null then difference.found_at else now() end,
        settled_at = null, note = null
    where difference.settled_by is null
       or (difference.ours_minor, difference.theirs_minor)
          is distinct from (excluded.ours_minor, excluded.theirs_minor)
    returning kind
)
select (select count(*) from noted) as noted, (select count(*) from settled) as settled;

-- name: open_differences(most)
-- not null: kind, subject, party, day, currency, ours_minor, theirs_minor, found_at
-- The oldest first; with the booking where there is one.
select d.kind, d.subject, d.party, d.day, d.currency, d.ours_minor, d.theirs_minor, d.found_at,
       coalesce(sold.reference, paid.reference) as reference
from difference d
left join booking sold on sold.reference = split_part(d.subject, '-', 1)
left join booking paid
    on paid.id = case when d.kind = 'booking_account' then d.subject::uuid end
where d.settled_at is null
order by d.found_at, d.day, d.kind, d.subject limit $1;

-- name: settle_difference(kind, subject, currency, staff_id, note)
update difference set settled_at = now(), settled_by = $4, note = $5
where kind = $1 and subject = $2 and currency = $3 and settled_at is null
returning kind;

-- name: erase_difference_notes(days, limit_count)
-- What staff wrote when they settled a difference, so many days after; it may say whose money it
-- was. Returns how many.
with old as (
    select kind, subject, currency from difference
    where note <> '' and settled_at < now() - make_interval(days => $1)
    limit $2 for update skip locked
), marked as (
    update difference d set note = '' from old
    where (d.kind, d.subject, d.currency) = (old.kind, old.subject, old.currency)
    returning d.kind
)
select count(*) from marked;

-- name: stripe_by_day(first, last)
-- not null: day, currency, stripe_minor, fee_minor, ledger_minor, bookings_minor
-- What moved the balance at Stripe on each day, before fees; what the ledger says of the same
-- transactions; and what payments, refunds and disputes say. Payouts are no booking's.
select (m.moved_at at time zone 'UTC')::date as day, m.currency::text as currency,
       sum(m.amount_minor)::bigint as stripe_minor, sum(m.fee_minor)::bigint as fee_minor,
       sum(l.minor)::bigint as ledger_minor,
       sum(coalesce(p.minor, r.minor, d.minor, 0))::bigint as bookings_minor,
       sum(m.amount_minor) filter (where m.category like 'payout%')::bigint as payout_minor
from balance_movement m
cross join lateral (
    select coalesce(sum(amount_minor), 0) as minor from ledger
    where transaction_id = m.transaction_id and account = 'stripe' and currency = m.currency
) l
left join lateral (
    select received_minor as minor from payment
    where m.category = 'charge' and id = m.transaction_id and currency = m.currency
) p on true
left join lateral (
    select case m.category when 'refund' then -r.amount_minor else r.amount_minor end as minor
    from refund r join payment paid on paid.id = r.payment_id
    where m.category in ('refund', 'refund_failure') and r.stripe_id = m.source_id
      and paid.currency = m.currency
) r on true
left join lateral (
    select m.amount_minor as minor from dispute
    where m.category in ('dispute', 'dispute_reversal') and id = m.source_id
      and currency = m.currency
) d on true
where m.moved_at >= $1::date and m.moved_at < $2::date + 1
group by 1, 2 order by 1 desc, 2;

-- name: operators_by_day(first, last)
-- not null: day, code, name, currency, ours, ours_minor, theirs, theirs_minor, read_at
-- What we sold of each operator's sailings, by the day (UTC) on which they leave, and what its
-- statement says; only days of which there is one.
with read as (
    select * from operator_statement where day between $1 and $2
), both_sides as (
    select read.operator_id, read.day, b.currency::text as currency, 1 as ours,
           l.price_minor - kept.minor as ours_minor, 0 as theirs, 0::bigint as theirs_minor
    from read
    join sailing s on s.operator_id = read.operator_id
        and s.departs_at >= read.day and s.departs_at < read.day + 1
    join booking_leg l on l.sailing_id = s.id
    join booking b on b.id = l.booking_id
    cross join lateral (
        select coalesce(sum(i.amount_minor), 0)::bigint as minor from booking_item i
        where i.booking_id = b.id and i.leg_number = l.number and i.reason in ('fee', 'rounding')
    ) kept
    where b.status = 'confirmed'
    union all
    select t.operator_id, t.day, t.currency::text, 0, 0, 1, t.amount_minor
    from read
    join operator_statement_line t on t.operator_id = read.operator_id and t.day = read.day
    where t.status = 'Booked'
)
select x.day, op.code, op.name, x.currency, sum(x.ours)::int as ours,
       sum(x.ours_minor)::bigint as ours_minor, sum(x.theirs)::int as theirs,
       sum(x.theirs_minor)::bigint as theirs_minor, read.read_at
from both_sides x
join read on read.operator_id = x.operator_id and read.day = x.day
join operator op on op.id = x.operator_id
group by x.day, op.code, op.name, x.currency, read.read_at
order by x.day, op.name, x.currency;
