-- How the service is, and what must always be true. Reads every domain, writes its own tables only.

-- name: open_alerts(limit_count)
select id, kind, message, subject_kind, subject_id, raised_at from alert where resolved_at is null
order by raised_at desc limit $1;

-- name: alerts_by_kind()
-- not null: alerts
select kind, count(*) as alerts from alert where resolved_at is null group by kind;

-- name: lags()
-- not null: outbox_seconds, webhook_seconds, hold_expiry_seconds, mails_waiting
-- How far behind we are: jobs not handed over, events not worked through, holds past their time,
-- mails not sent.
select (select coalesce(extract(epoch from now() - min(run_at)), 0)::float8
        from job where state = 'queued' and run_at <= now()) as outbox_seconds,
       (select coalesce(extract(epoch from now() - min(received_at)), 0)::float8
        from stripe_event where processed_at is null) as webhook_seconds,
       (select coalesce(extract(epoch from now() - min(expires_at)), 0)::float8
        from booking where status = 'held' and expires_at <= now()) as hold_expiry_seconds,
       (select count(*) from mail where sent_at is null) as mails_waiting;

-- name: is_read_only()
-- not null: read_only
-- A standby, or a primary that was told to refuse writes.
select pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on'
    or current_setting('transaction_read_only') = 'on' as read_only;

-- name: maintenance()
select until, reason from maintenance where until > now();

-- name: begin_maintenance(minutes, reason)
-- The last word counts; 0 minutes end it.
insert into maintenance (until, reason) values (now() + make_interval(secs => $1::float8 * 60), $2)
on conflict (only_one) do update set until = excluded.until, reason = excluded.reason;

-- name: keep_check(invariant, breaches, detail)
-- The last run counts.
insert into invariant_check (invariant, breaches, detail) values ($1, $2, $3)
on conflict (invariant) do update
set breaches = excluded.breaches, detail = excluded.detail, checked_at = now();

-- name: last_checks()
select invariant, breaches, detail, checked_at from invariant_check;

-- name: broken_capacity()
-- For each sailing and resource: what bookings took is what the counter says, and never more than
-- there is.
select c.sailing_id::text || ' ' || c.resource as subject,
       'taken ' || c.taken || ', booked ' || coalesce(sum(l.quantity), 0)
       || ', total ' || c.total as detail
from capacity c
left join (
    select sailing_id, resource, quantity from leg_capacity
    union all
    select sailing_id, resource, quantity from change_capacity
) l on l.sailing_id = c.sailing_id and l.resource = c.resource
group by c.sailing_id, c.resource, c.taken, c.total
having c.taken <> coalesce(sum(l.quantity), 0) or c.taken > c.total or c.taken < 0
limit 50;

-- name: orphaned_details()
-- What no foreign key guards (migration 0007): places taken and price lines belong to a booking.
select booking_id::text as subject, kind || ' without a booking' as detail
from (
    select booking_id, 'places taken' as kind from leg_capacity
    union all select booking_id, 'a price line' from booking_item
) d
where not exists (select from booking b where b.id = d.booking_id)
limit 50;

-- name: broken_money()
-- What arrived is what the journey costs, or goes back: of the payments that a booking stands on
-- (kept_at: the first one, and one for each change that made it dearer) its worth is kept, of any
-- other (paid twice, late, wrong amount) nothing. What was paid for a change counts before the
-- change is carried out. Only what was decided here counts: refunds begun at Stripe and disputes
-- are covered by it or break `lost_money`; what pays a failed refund again is no decision of its
-- own.
with paid as (
    select p.id, p.subject_id, p.kept_at is not null as kept, p.received_minor, r.claimed,
           r.goodwill
    from payment p
    cross join lateral (
        select coalesce(sum(amount_minor), 0) as claimed,
               coalesce(sum(amount_minor) filter (where reason = 'goodwill'), 0) as goodwill
        from refund where payment_id = p.id and origin = 'service' and claim_id is null
    ) r
    where p.subject_kind = 'bookings' and p.status = 'succeeded'
), stood_on as (
    select subject_id, sum(received_minor) as received, sum(claimed) as claimed,
           sum(goodwill) as goodwill
    from paid where kept group by subject_id
)
select b.id::text as subject,
       'received ' || s.received || ', refunds ' || s.claimed || ', status ' || b.status as detail
from stood_on s
join booking b on b.id = s.subject_id
cross join lateral (
    select coalesce(sum(due_minor), 0) as coming from booking_change
    where booking_id = b.id and status = 'accepted' and due_minor > 0
) c
where s.received - s.claimed <> case
    when b.status in ('paid', 'confirming', 'confirmed') then b.total_minor + c.coming - s.goodwill
    when b.status = 'cancelled' then coalesce(b.cancel_fee_minor, 0)
    else 0 end
union all
select subject_id::text,
       'received ' || received_minor || ', refunds ' || claimed || ', money too much'
from paid where not kept and received_minor <> claimed
limit 50;

-- name: owed_money()
-- Nothing is owed that nobody is sending: a failed refund was paid again, wholly.
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

-- name: covered_by_nothing()
-- What counts as given back without us was: refunds at Stripe and disputes cover what is marked so.
select p.id::text as subject,
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
where r.covered > r.outside + d.withdrawn
limit 50;

-- name: broken_ledger()
-- Every transaction adds up to zero.
select transaction_id::text as subject, 'adds up to ' || sum(amount_minor) as detail
from ledger group by transaction_id having sum(amount_minor) <> 0 limit 50;

-- name: double_refunds()
-- Nothing was given back twice: by whatever road money went back, it is never more than arrived.
select p.id::text as subject,
       'received ' || coalesce(p.received_minor, 0) || ', back ' || r.back + d.withdrawn as detail
from payment p
cross join lateral (
    select coalesce(sum(amount_minor), 0) as back from refund
    where payment_id = p.id and status in ('pending', 'requested', 'succeeded')
) r
cross join lateral (
    select coalesce(sum(withdrawn_minor), 0) as withdrawn from dispute where payment_id = p.id
) d
where r.back + d.withdrawn > coalesce(p.received_minor, 0)
limit 50;

-- name: ledger_and_payments()
-- The ledger says of every payment what its rows say: its account holds minus what we keep.
select p.subject_id::text as subject, 'ledger ' || l.balance || ', rows ' || sum(
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
where p.status = 'succeeded'
group by p.subject_kind, p.subject_id, l.balance
having l.balance <> -sum(coalesce(p.received_minor, 0) - r.back - d.withdrawn)
limit 50;

-- name: open_differences()
-- Last night Stripe, the operators and we said the same, or somebody has settled it since.
select kind || ':' || subject as subject,
       'ours ' || ours_minor || ', theirs ' || theirs_minor || ' ' || currency as detail
from difference where settled_at is null
order by found_at limit 50;

-- name: unconfirmed_confirmations()
-- Each confirmed booking has an operator's reference for every leg and a payment that it stands on.
select b.reference as subject,
       'references missing: ' || count(*) filter (where l.operator_reference is null)
       || ', payments: ' || (select count(*) from payment p where p.subject_id = b.id
           and p.kept_at is not null) as detail
from booking b join booking_leg l on l.booking_id = b.id
where b.status = 'confirmed'
group by b.id, b.reference, b.total_minor
having count(*) filter (where l.operator_reference is null) > 0
   or (b.total_minor > 0 and (select count(*) from payment p where p.subject_id = b.id
       and p.kept_at is not null) = 0)
limit 50;

-- name: numbered_invoices()
-- Each issuer has used every number from 1 to its last one, once.
select o.code as subject,
       'last ' || i.last_number || ', invoices ' || count(v.id)
       || ', highest ' || coalesce(max(v.number), 0) as detail
from invoice_issuer i
join operator o on o.id = i.operator_id
left join invoice v on v.issuer_id = i.operator_id
group by o.code, i.last_number
having count(v.id) <> i.last_number or coalesce(max(v.number), 0) <> i.last_number
limit 50;

-- name: invoiced_bookings()
-- What was invoiced of a booking, less what was credited, is what it costs. Bookings from before
-- invoices were written have none.
select b.reference as subject,
       'invoiced ' || v.total || ', status ' || b.status || ', total ' || b.total_minor as detail
from (select booking_id, sum(total_minor) as total from invoice group by booking_id) v
join booking b on b.id = v.booking_id
where v.total <> case b.status
    when 'confirmed' then b.total_minor
    when 'cancelled' then coalesce(b.cancel_fee_minor, 0)
    else 0 end
limit 50;

-- name: missing_mails()
-- Each confirmed booking has its confirmation, each cancelled one that was paid its cancellation,
-- each refund its mail.
select b.reference as subject,
       'no ' || case b.status when 'confirmed' then 'confirmation' else 'cancellation' end as detail
from booking b
where b.status in ('confirmed', 'cancelled') and not exists (
    select from mail m
    where m.unique_key like 'booking:' || b.id || ':'
        || case b.status when 'confirmed' then 'confirmation' else 'cancellation' end || ':%')
union all
select r.id::text, 'no refund mail' from refund r
where r.status = 'succeeded'
  and not exists (select from mail m where m.unique_key = 'refund:' || r.id)
union all
select r.id::text, 'no mail about the failed refund' from refund r
where r.status = 'failed' and r.claim_id is null and r.failure is not null
  and r.failure not like 'the dispute%' and r.failure not like 'the refund%'
  and not exists (select from mail m where m.unique_key = 'refund:' || r.id || ':failed')
limit 50;

-- name: unsent_mails()
-- Mails that were written and have not gone, although nothing is going to send them.
select m.id::text as subject, 'written ' || m.created_at as detail
from mail m
where m.sent_at is null and not exists (
    select
    from job j
    where j.unique_key = 'mail:' || m.unique_key and j.state in ('queued', 'running', 'done'))
limit 50;

-- name: stuck_states(older_than_seconds)
-- Nothing hangs: no booking paid or confirming, no overdue hold, no pending refund, no event
-- unread, and no money that was neither kept nor given back for longer than this.
select b.reference as subject, b.status || ' since ' || b.created_at as detail from booking b
where (b.status in ('paid', 'confirming')
       and coalesce(b.paid_at, b.created_at) < now() - make_interval(secs => $1))
   or (b.status = 'held' and b.expires_at < now() - make_interval(secs => $1))
union all
select r.id::text, 'refund ' || r.status from refund r
where r.status in ('pending', 'requested') and r.created_at < now() - make_interval(secs => $1)
union all
select p.id::text, 'money neither kept nor given back' from payment p
where p.status = 'succeeded' and p.kept_at is null
  and p.settled_at < now() - make_interval(secs => $1)
  and not exists (select from refund r where r.payment_id = p.id)
union all
select e.id, 'event not worked through' from stripe_event e
where e.processed_at is null and e.received_at < now() - make_interval(secs => $1)
union all
select j.id::text, j.task || ' ' || j.state || ' after ' || j.tries || ' tries' from job j
where (j.state = 'queued' and j.run_at < now() - make_interval(secs => $1))
   or (j.state = 'running' and j.lease_until < now() - make_interval(secs => $1))
limit 50;
