-- What the clerk's desk reads and writes.

-- name: search_bookings(reference, email, phone, name, plate, card, operator_id, most)
-- not null: id, reference, status, created_at, email, currency, total_minor, people, vehicles,
-- departs_at, origin_name, origin_timezone, destination_name, operators, legs, money_owed,
-- task_dead, owed_minor, held_minor
-- Newest first. Each way of looking reads its own index; null: not looked for that way. `phone` are
-- the last digits, reversed; `email` and `phone` are patterns of LIKE, `name` is a tsquery. Staff
-- of an operator (`operator_id`) find what sails with it.
with found as (
    select id from booking where reference = $1
    union all
    select id from booking where folded_case(contact_email) like folded_case($2)
    union all
    select id from booking
    where contact_phone is not null and reverse(alphanumeric(contact_phone)) like $3
    union all
    select booking_id from passenger
    where name_words(given_name, family_name) @@ $4::text::tsquery
    union all
    select booking_id from vehicle where plate is not null and alphanumeric(plate) = $5
    union all
    select booking_id from booking_leg
    where operator_reference is not null and alphanumeric(operator_reference) = $5
    union all
    select subject_id from payment
    where card_last4 is not null and card_last4 = $6 and subject_kind = 'bookings'
), newest as (
    -- A booking comes once for each of its people of that name: 20 at most, and by other ways.
    select distinct id from (
        select id from found
        where $7::uuid is null or exists (
            select from booking_leg l join sailing s on s.id = l.sailing_id
            where l.booking_id = found.id and s.operator_id = $7)
        order by id desc limit 24 * $8) as rows_of_it
    order by id desc limit $8
)
select l.* from newest join booking_line l on l.id = newest.id order by l.id desc;

-- name: list_bookings(day, operator, status, sailing_id, attention, operator_id, skip, most)
-- not null: id, reference, status, created_at, email, currency, total_minor, people, vehicles,
-- departs_at, origin_name, origin_timezone, destination_name, operators, legs, money_owed,
-- task_dead, owed_minor, held_minor
-- Newest first, of all that null and '' let through. `day` is the local day of a departure.
-- `attention`: only those with money owed or a dead task.
with picked as (
    select b.id from booking b
    where ($3::text is null or b.status = $3)
      and ($1::date is null and $2::text = '' and $4::uuid is null and $6::uuid is null
           or exists (
               select from booking_leg l
               join sailing s on s.id = l.sailing_id
               join port o on o.id = s.origin_id
               join operator op on op.id = s.operator_id
               where l.booking_id = b.id
                 and ($1::date is null
                      or s.departs_at between $1::date - interval '1 day'
                                          and $1::date + interval '2 days'
                      and (s.departs_at at time zone o.timezone)::date = $1)
                 and ($2::text = '' or op.code = $2)
                 and ($4::uuid is null or s.id = $4)
                 and ($6::uuid is null or s.operator_id = $6)))
      and (not $5::boolean
           or exists (
               select from job j where j.subject_kind = 'bookings' and j.subject_id = b.id::text
                 and j.state = 'dead')
           or exists (
               select from payment p join refund_owed o on o.payment_id = p.id
               where p.subject_kind = 'bookings' and p.subject_id = b.id))
    order by b.id desc offset $7 limit $8
)
select l.* from picked join booking_line l on l.id = picked.id order by l.id desc;

-- name: operators_aboard(booking_id)
-- The operators that a booking sails with.
select distinct s.operator_id
from booking_leg l join sailing s on s.id = l.sailing_id
where l.booking_id = $1;

-- name: timeline(booking_id, most)
-- not null: at, kind, name, state, amount_minor, subject
-- Everything that happened to a booking, in the order of time. `kind` says which row it is of and
-- `name` what happened; `detail` is in nobody's language (an error, an address, a note).
with paid as (
    select * from payment where subject_kind = 'bookings' and subject_id = $1
), back as (
    select r.*, coalesce(r.failure, r.note) as why
    from refund r join paid on paid.id = r.payment_id
), disputed as (
    select d.* from dispute d join paid on paid.id = d.payment_id
), work as (
    select * from job where subject_kind = 'bookings' and subject_id = $1::uuid::text
), wrote as (
    select m.*, w.state
    from work w
    join mail_key k on k.unique_key = substr(w.unique_key, 6) and w.unique_key like 'mail:%'
    join mail m on m.id = k.mail_id
), everything (at, kind, name, state, detail, amount_minor, subject) as (
    select v.at, 'booking', v.name, b.status, v.detail, v.amount_minor, b.reference
    from booking b
    cross join lateral (values
        (b.created_at, 'held', null, b.total_minor),
        (b.paid_at, 'paid', null, 0),
        (b.confirmed_at, 'confirmed', null, 0),
        (b.ended_at, b.status, null, coalesce(b.cancel_fee_minor, 0)),
        (case when b.status = 'held' then b.expires_at end, 'expires', null, 0)
    ) as v (at, name, detail, amount_minor)
    where b.id = $1
    union all
    select v.at, 'payment', v.name, p.status, v.detail, p.amount_minor,
           coalesce(p.intent_id, p.session_id, p.id::text)
    from paid p
    cross join lateral (values
        (p.created_at, 'opened', p.last_error),
        (p.settled_at, p.status, concat_ws(' ', p.card_brand, '…' || p.card_last4)),
        (p.kept_at, 'accepted', null)
    ) as v (at, name, detail)
    union all
    select v.at, 'refund', v.name, r.status, v.detail, r.amount_minor,
           coalesce(r.stripe_id, r.id::text)
    from back r
    cross join lateral (values
        (r.created_at, r.reason, case r.origin when 'stripe' then 'Stripe' end),
        (r.settled_at, r.status, r.why)
    ) as v (at, name, detail)
    union all
    select v.at, 'dispute', v.name, d.status, v.detail, d.amount_minor, d.id
    from disputed d
    cross join lateral (values
        (d.opened_at, 'opened', d.reason),
        (d.closed_at, d.status, null),
        (d.decided_at, d.decision, d.decided_by)
    ) as v (at, name, detail)
    union all
    select coalesce(w.finished_at, w.started_at, w.created_at), 'task', w.task, w.state,
           coalesce(w.error, w.outcome), w.tries, w.id::text
    from work w where w.task not like 'emails.send_%' or w.state = 'dead'
    union all
    select coalesce(m.sent_at, m.created_at), 'mail', m.template,
           case when m.sent_at is not null then 'sent' else m.state end, m.recipient, 0, m.id::text
    from wrote m
    union all
    select a.at, 'act', a.action, '', s.name, 0, coalesce(a.detail::text, '')
    from audit a left join staff s on s.id = a.staff_id
    where a.subject_kind = 'bookings' and a.subject_id = $1::uuid::text
      and a.action <> 'booking_note'
    union all
    select n.at, 'note', coalesce(s.name, ''), '', n.text, 0, n.id::text
    from booking_note n left join staff s on s.id = n.staff_id
    where n.booking_id = $1
    union all
    select v.at, 'change', v.name, c.status, c.refusal, c.due_minor, c.id::text
    from booking_change c
    cross join lateral (values (c.created_at, c.origin), (c.ended_at, c.status)) as v (at, name)
    where c.booking_id = $1
    union all
    select v.at, 'disruption', v.name, p.status, o.code || ' – ' || t.code, 0, d.id::text
    from disrupted_party p
    join disruption d on d.id = p.disruption_id
    join sailing s on s.id = d.sailing_id
    join port o on o.id = s.origin_id
    join port t on t.id = s.destination_id
    cross join lateral (values (d.created_at, d.kind), (p.offered_at, 'offered'),
                               (p.ended_at, p.status)) as v (at, name)
    where p.booking_id = $1
    union all
    select v.at, 'compensation', v.name, c.status, v.detail, c.amount_minor, c.id::text
    from compensation_claim c
    cross join lateral (values
        (c.created_at, 'proposed', c.late_minutes || ' min, ' || c.percent || ' %'),
        (c.decided_at, c.status, c.note)
    ) as v (at, name, detail)
    where c.booking_id = $1
    union all
    select v.at, 'waiting', v.name, w.status, null, 0, w.id::text
    from waiting_party w
    join booking b on b.reference = w.reference
    cross join lateral (values (w.created_at, 'waiting'), (w.offered_at, 'offered'),
                               (w.ended_at, w.status)) as v (at, name)
    where b.id = $1
    union all
    select v.at, 'mandate', v.name, u.status, u.refusal, u.amount_minor, u.id::text
    from mandate_use u
    cross join lateral (values (u.created_at, 'taken'), (u.ended_at, u.status)) as v (at, name)
    where u.booking_id = $1
    union all
    select v.at, 'boarding', v.name, '', a.holder || ', ' || a.gate, 0, a.id::text
    from admission a
    cross join lateral (values (a.admitted_at, 'aboard'), (a.undone_at, 'undone')) as v (at, name)
    where a.booking_id = $1
    union all
    select c.at, 'operator', c.action, case when c.took_ms is null then 'asked' else c.outcome end,
           concat_ws(', ', c.operator, nullif(c.answer, ''), c.took_ms || ' ms'), 0, c.id::text
    from operator_call c join booking b on b.reference = c.reference
    where b.id = $1
    union all
    select v.at, 'alert', a.kind, v.state, a.message, 0, a.id::text
    from alert a
    cross join lateral (values (a.raised_at, 'raised'), (a.resolved_at, 'settled'))
        as v (at, state)
    where (a.subject_kind, a.subject_id) in (
        select 'bookings', $1::uuid::text
        union all select 'payment', id::text from paid
        union all select 'refund', id::text from back
        union all select 'dispute', id from disputed)
)
select at, kind, name, state, detail, amount_minor, subject
from everything where at is not null and name is not null
order by at, kind, name limit $2;

-- name: mails_written(booking_id, template)
-- not null: count
-- How often the customer was written this.
select count(*) as count
from job j
join mail_key k on k.unique_key = substr(j.unique_key, 6) and j.unique_key like 'mail:%'
join mail m on m.id = k.mail_id
where j.subject_kind = 'bookings' and j.subject_id = $1::uuid::text and m.template = $2;

-- name: add_note(id, booking_id, staff_id, text)
insert into booking_note (id, booking_id, staff_id, text) values ($1, $2, $3, $4);

-- name: set_contact(booking_id, email, phone, language)
update booking set contact_email = $2, contact_phone = $3, language = $4 where id = $1;

-- name: task_of_booking(job_id, booking_id)
-- Whether that task is about this booking.
select id from job where id = $1 and subject_kind = 'bookings' and subject_id = $2::uuid::text;

-- name: sales_by_day(first, last, operator, operator_id, timezone)
-- not null: day, currency, bookings, people, sold_minor, cancelled, refunded_minor
-- What was sold on each day (of that time zone): bookings that money arrived for, by the day on
-- which they were made; `refunded_minor` is what went back of them since. Of a booking with several
-- operators each one's legs count.
with legs as (
    select b.id, b.currency, b.status, (b.created_at at time zone $5)::date as day,
           sum(l.price_minor) as price_minor, max(b.total_minor) as total_minor
    from booking b
    join booking_leg l on l.booking_id = b.id
    join sailing s on s.id = l.sailing_id
    join operator op on op.id = s.operator_id
    where b.paid_at is not null
      and b.created_at >= $1::date - interval '1 day'
      and b.created_at < $2::date + interval '2 days'
      and ($3::text = '' or op.code = $3)
      and ($4::uuid is null or s.operator_id = $4)
    group by b.id
)
select l.day, l.currency, count(*) as bookings, sum(aboard.people)::bigint as people,
       sum(l.price_minor)::bigint as sold_minor,
       count(*) filter (where l.status = 'cancelled') as cancelled,
       sum(back.minor * l.price_minor / greatest(l.total_minor, 1))::bigint as refunded_minor
from legs l
cross join lateral (select count(*) as people from passenger where booking_id = l.id) aboard
cross join lateral (
    select coalesce(sum(r.amount_minor), 0) as minor
    from payment p join refund r on r.payment_id = p.id
    where p.subject_kind = 'bookings' and p.subject_id = l.id and r.status <> 'failed'
) back
where l.day between $1 and $2
group by l.day, l.currency
order by l.day, l.currency;
