-- What must always be true of money: each returns the exceptions among the subjects (what is paid
-- for: a booking) that it is given.

-- name: touched_subjects(since, first_id)
-- not null: id
-- Whose money has moved since then: new payments and refunds (their ids are ordered by time), and
-- every line of the ledger.
select subject_id as id from payment where id >= $2
union
select p.subject_id from refund r join payment p on p.id = r.payment_id where r.id >= $2
union
select split_part(account, ':', 2)::uuid
from ledger where at >= $1 and account ~ '^bookings:[0-9a-f-]{36}$';

-- name: following_subjects(after, most)
-- not null: id
select distinct subject_id as id from payment
where subject_kind = 'bookings' and subject_id > $1 order by 1 limit $2;

-- name: touched_transactions(since, first_id)
-- not null: id
select transaction_id as id from ledger where at >= $1 and $2::uuid is not null group by 1;

-- name: following_transactions(after, most)
-- not null: id
select distinct transaction_id as id from ledger where transaction_id > $1 order by 1 limit $2;

-- name: owed_money()
-- Nothing is owed that nobody is sending: a failed refund was paid again, wholly. Failed ones are
-- few and have an index of their own.
select c.id::text as subject,
       'owed ' || c.amount_minor - a.paid || ': ' || coalesce(c.failure, '') as detail
from refund c
cross join lateral (
    select coalesce(sum(amount_minor), 0) as paid
    from refund
    where claim_id = c.id and status <> 'failed'
) a
where c.status = 'failed' and c.origin = 'service' and c.claim_id is null
  and a.paid < c.amount_minor
limit 50;

-- name: undecided_disputes()
-- The bank gave the money back and nobody has decided whether they may travel.
select id as subject, 'lost ' || withdrawn_minor || ' ' || currency as detail
from dispute where status = 'lost' and decision is null and withdrawn_minor > 0 limit 50;

-- name: covered_by_nothing(ids)
-- What counts as given back without us was: refunds at Stripe and disputes cover what is marked so.
select p.subject_id as id, p.id::text as subject,
       'covered ' || r.covered || ', outside ' || r.outside + d.withdrawn as detail
from payment p
cross join lateral (
    select coalesce(sum(amount_minor) filter (where status = 'covered'), 0) as covered,
           coalesce(sum(amount_minor) filter
               (where origin = 'stripe' and status in ('requested', 'succeeded')), 0) as outside
    from refund where payment_id = p.id
) r
cross join lateral (
    select coalesce(sum(withdrawn_minor), 0) as withdrawn from dispute where payment_id = p.id
) d
where p.subject_kind = 'bookings' and p.subject_id = any($1::uuid[])
  and r.covered > r.outside + d.withdrawn;

-- name: broken_ledger(ids)
-- Each of these transactions adds up to zero.
select transaction_id as id, transaction_id::text as subject,
       'adds up to ' || sum(amount_minor) as detail
from ledger where transaction_id = any($1::uuid[])
group by transaction_id having sum(amount_minor) <> 0;

-- name: double_refunds(ids)
-- Nothing was given back twice: by whatever road money went back, it is never more than arrived.
select p.subject_id as id, p.id::text as subject,
       'received ' || coalesce(p.received_minor, 0) || ', back ' || r.back + d.withdrawn as detail
from payment p
cross join lateral (
    select coalesce(sum(amount_minor), 0) as back from refund
    where payment_id = p.id and status in ('pending', 'requested', 'succeeded')
) r
cross join lateral (
    select coalesce(sum(withdrawn_minor), 0) as withdrawn from dispute where payment_id = p.id
) d
where p.subject_kind = 'bookings' and p.subject_id = any($1::uuid[])
  and r.back + d.withdrawn > coalesce(p.received_minor, 0);

-- name: ledger_and_payments(ids)
-- The ledger says of every payment what its rows say: its account holds minus what we keep.
select p.subject_id as id, p.subject_id::text as subject,
       'ledger ' || l.balance || ', rows ' || sum(
           coalesce(p.received_minor, 0) - r.back - d.withdrawn) as detail
from payment p
cross join lateral (
    select coalesce(sum(amount_minor), 0) as back from refund
    where payment_id = p.id and status in ('requested', 'succeeded')
) r
cross join lateral (
    select coalesce(sum(withdrawn_minor), 0) as withdrawn from dispute where payment_id = p.id
) d
cross join lateral (
    select coalesce(sum(amount_minor), 0) as balance from ledger
    where account = p.subject_kind || ':' || p.subject_id
) l
where p.subject_kind = 'bookings' and p.subject_id = any($1::uuid[]) and p.status = 'succeeded'
group by p.subject_id, l.balance
having l.balance <> -sum(coalesce(p.received_minor, 0) - r.back - d.withdrawn);

-- name: stuck_money(older_than_seconds)
-- No pending refund, no money that was neither kept nor given back, and no event unread for longer
-- than this, pauses left aside.
with bound as materialized (
    select now() - make_interval(secs => $1) as at,
           workable_since(array['payments', 'payments.send_refund',
               'payments.process_payment_webhook']) as sent_since,
           workable_since(array['payments', 'payments.process_payment_webhook', 'bookings',
               'bookings.accept_payment']) as kept_since
)
select r.id::text as subject, 'refund ' || r.status as detail
from refund r, bound
where r.status in ('pending', 'requested') and r.created_at < bound.at
  and coalesce(bound.sent_since < bound.at, true)
union all
select p.id::text, 'money neither kept nor given back'
from payment p, bound
where p.status = 'succeeded' and p.kept_at is null and p.settled_at < bound.at
  and coalesce(bound.kept_since < bound.at, true)
  and not exists (select from refund r where r.payment_id = p.id)
union all
select e.id, 'event not worked through'
from stripe_event e, bound
where e.processed_at is null and e.received_at < bound.at
  and coalesce(bound.sent_since < bound.at, true)
limit 50;
