-- Payments, refunds, events and the ledger.

-- name: payment_by_id(id)
select id, subject_kind, subject_id, amount_minor, currency, status, session_id, intent_id,
       checkout_url, received_minor, created_at, kept_at as accepted_at, charge_id, card_brand,
       card_last4, last_error, part_id
from payment where id = $1;

-- name: lock_payment(id)
-- Whoever settles or closes a payment holds this row; the other one then sees what was decided.
select id, subject_kind, subject_id, amount_minor, currency, status, session_id, intent_id,
       checkout_url, received_minor, created_at, kept_at as accepted_at, charge_id, card_brand,
       card_last4, last_error, part_id
from payment where id = $1 for update;

-- name: payments_of(subject_kind, subject_ids)
select id, subject_kind, subject_id, amount_minor, currency, status, session_id, intent_id,
       checkout_url, received_minor, created_at, kept_at as accepted_at, charge_id, card_brand,
       card_last4, last_error, part_id
from payment where subject_kind = $1 and subject_id = any($2::uuid[]) order by created_at;

-- name: payment_by_intent(intent_id)
select id from payment where intent_id = $1;

-- name: payment_by_session(session_id)
select id from payment where session_id = $1;

-- name: known_intents(intent_ids)
-- not null: intent_id
select intent_id from payment where intent_id = any($1::text[]);

-- name: set_session(id, session_id, checkout_url)
-- No row: another request was first; its session is the same one, made with the same idempotency
-- key.
update payment set session_id = $2, checkout_url = $3 where id = $1 and status = 'open'
    returning id;

-- name: settle_payment(id, intent_id, received_minor, currency, charge_id, card_brand, card_last4)
-- No row: it was settled before. A closed payment that was paid after all is settled too: the
-- subject decides. The currency is that of the money: it goes back in it where it is another one.
update payment set status = 'succeeded', intent_id = $2, received_minor = $3, currency = $4,
    settled_at = now(), charge_id = $5, card_brand = $6, card_last4 = $7
where id = $1 and status <> 'succeeded'
returning id;

-- name: add_duplicate_payment(id, intent_id, received_minor, currency, charge_id, card_brand,
-- card_last4, beside_id)
-- A second intent succeeded for a payment that was settled before: money of its own, with a row of
-- its own. No row: that is known. Its id is made from the intent's, so whoever hears of it again
-- means the same row.
insert into payment (id, subject_kind, subject_id, amount_minor, currency, status, intent_id,
                     received_minor, settled_at, charge_id, card_brand, card_last4, part_id)
select $1, subject_kind, subject_id, amount_minor, $4, 'succeeded', $2, $3, now(), $5, $6, $7,
       part_id
from payment where id = $8
on conflict do nothing
returning id;

-- name: add_payment(id, subject_kind, subject_id, part_id, amount_minor, currency)
insert into payment (id, subject_kind, subject_id, part_id, amount_minor, currency)
values ($1, $2, $3, $4, $5, $6);

-- name: accept_payment(id)
-- The subject accepts this payment, once. The index payment_one_kept refuses a second one.
update payment set kept_at = now() where id = $1 and status = 'succeeded' and kept_at is null
    returning id;

-- name: close_payment(id)
update payment set status = 'closed', settled_at = now() where id = $1 and status = 'open'
    returning id;

-- name: note_payment_error(id, last_error)
update payment set last_error = $2 where id = $1;

-- name: payments_to_check(older_than_seconds, limit_count)
-- Open payments with a session that nobody has asked Stripe about for a while: a webhook may have
-- been lost.
update payment set checked_at = now()
where id in (
    select id from payment
    where status = 'open' and session_id is not null
      and coalesce(checked_at, created_at) < now() - make_interval(secs => $1)
    order by created_at limit $2 for update skip locked
)
returning id;

-- name: add_ledger(transaction_id, accounts, amounts_minor, currency, memo)
-- Both lines or none; the same transaction is never written twice.
insert into ledger (transaction_id, account, amount_minor, currency, memo)
select $1, l.account, l.amount, $4, $5 from unnest($2::text[], $3::bigint[]) as l (account, amount)
on conflict on constraint ledger_once do nothing;

-- name: add_refund(id, payment_id, amount_minor, reason, unique_key, status, origin, method,
-- claim_id, note, stripe_id, failure)
-- No row: that refund was asked for before.
insert into refund (id, payment_id, amount_minor, reason, unique_key, status, origin, method,
                    claim_id, note, stripe_id, failure, settled_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
        case when $6 in ('succeeded', 'failed', 'covered') then now() end)
on conflict (unique_key) do nothing
returning id;

-- name: is_asked(unique_keys)
-- not null: asked
-- A part that the customer had already stands under a name of its own.
select exists (
    select from refund
    where unique_key = any($1::text[])
       or unique_key in (select key || ':covered' from unnest($1::text[]) as key)) as asked;

-- name: refund_by_id(id)
select r.id, r.payment_id, r.amount_minor, p.currency, r.reason, r.status, r.stripe_id, p.intent_id,
       p.subject_kind, p.subject_id, r.created_at, r.origin, r.method, r.claim_id, r.failure, r.note
from refund r join payment p on p.id = r.payment_id where r.id = $1;

-- name: refund_key(id)
select unique_key from refund where id = $1;

-- name: refund_by_stripe_id(stripe_id)
select id from refund where stripe_id = $1;

-- name: refunds_of(payment_ids)
select r.id, r.payment_id, r.amount_minor, p.currency, r.reason, r.status, r.stripe_id, p.intent_id,
       p.subject_kind, p.subject_id, r.created_at, r.origin, r.method, r.claim_id, r.failure, r.note
from refund r join payment p on p.id = r.payment_id where r.payment_id = any($1::uuid[])
order by r.created_at, r.id;

-- name: refund_requested(id, stripe_id)
update refund set status = 'requested', stripe_id = $2 where id = $1 and status = 'pending'
returning id;

-- name: settle_refund(id, status, failure)
-- No row: nothing new. A succeeded refund that fails later is money owed again; what has failed
-- stays failed and is paid again by another row.
update refund set status = $2, failure = $3, settled_at = now()
where id = $1 and status <> $2 and status not in ('failed', 'covered')
returning id;

-- name: cover_refund(id, amount_minor)
-- The customer has it already, as far as this amount goes.
update refund set status = 'covered', amount_minor = $2, settled_at = now()
where id = $1 and status = 'pending'
returning id;

-- name: set_covered(id, amount_minor)
-- What is still covered of a claim; the rest is owed again by a row of its own.
update refund set amount_minor = $2 where id = $1 and status = 'covered';

-- name: uncover_refund(id, failure)
-- Nothing of it is covered any more: it is owed again, and another row pays it.
update refund set status = 'failed', failure = $2, settled_at = now()
where id = $1 and status = 'covered';

-- name: rename_refunds(payment_id, origin, reason)
-- Why money went back is known better now: what began at Stripe ended the booking.
update refund set reason = $3 where payment_id = $1 and origin = $2;

-- name: keep_dispute(id, payment_id, amount_minor, currency, reason, status, withdrawn_minor,
-- respond_by, opened_at, is_closed)
-- No row: it is known so already.
insert into dispute (id, payment_id, amount_minor, currency, reason, status, withdrawn_minor,
                     respond_by, opened_at, closed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $10 then now() end)
on conflict (id) do update
set status = excluded.status, withdrawn_minor = excluded.withdrawn_minor,
    respond_by = excluded.respond_by,
    -- A verdict may be taken back: what is undecided again is asked after again.
    closed_at = case when $10 then coalesce(dispute.closed_at, excluded.closed_at) end
where (dispute.status, dispute.withdrawn_minor) is distinct from
      (excluded.status, excluded.withdrawn_minor)
returning id;

-- name: disputes_of(payment_ids)
select id, payment_id, amount_minor, currency, reason, status, withdrawn_minor, respond_by,
       opened_at, closed_at, decision, decided_by
from dispute where payment_id = any($1::uuid[]) order by opened_at, id;

-- name: open_disputes(limit_count)
-- Those that the bank has not decided; which ones, where there are too many, is another lot each
-- time: ones that stay open for months keep no other from its turn.
select id from dispute where closed_at is null order by random() limit $1;

-- name: refunds_on_their_way(older_than_seconds, limit_count)
-- not null: stripe_id
-- Stripe's ids of refunds that it works on; another lot each time, as above.
select stripe_id from refund
where status = 'requested' and stripe_id is not null
  and created_at < now() - make_interval(secs => $1)
order by random() limit $2;

-- name: decide_dispute(id, decision, decided_by)
-- No row: somebody has decided, or there is nothing to decide yet.
update dispute set decision = $2, decided_by = $3, decided_at = now()
where id = $1 and status = 'lost' and decision is null
returning id;

-- name: balance_read_until()
select least(read_until, now()) from balance_reading;

-- name: first_settled_at()
select min(settled_at) as at from payment where status = 'succeeded';

-- name: keep_balance_read_until(read_until)
-- What a process says whose clock is ahead has not been read: nobody would read it later.
insert into balance_reading (read_until) values (least($1::timestamptz, now()))
on conflict (one) do update
set read_until = greatest(least(balance_reading.read_until, now()), excluded.read_until);

-- name: known_movements(ids)
select id from balance_movement where id = any($1::text[]);

-- name: add_movement(id, category, amount_minor, fee_minor, currency, source_id, moved_at,
-- available_at, transaction_id)
insert into balance_movement (id, category, amount_minor, fee_minor, currency, source_id, moved_at,
                              available_at, transaction_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (id) do nothing
returning id;

-- name: stripe_line(transaction_id)
-- What a transaction of the ledger changes of the balance at Stripe.
select amount_minor, currency from ledger where transaction_id = $1 and account = 'stripe';

-- name: add_events(ids, types, payloads, job_ids, request_ids, trace_parents)
-- Events and the jobs that work through them, in one commit; a key that is there already refuses
-- them all. In the order of their keys, so that two batches never wait for each other.
with incoming as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[])
        as i (id, type, payload, job_id, request_id, trace_parent)
), taken as (
    insert into stripe_event_key (id) select id from incoming order by id
), written as (
    insert into stripe_event (id, type, payload)
    select id, type, payload::jsonb from incoming
)
insert into job (id, task, queue, payload, subject_kind, subject_id, request_id, trace_parent)
select job_id, 'payments.process_payment_webhook', 'payments',
       jsonb_build_object('event_id', id), 'stripe_event', id, request_id, trace_parent
from incoming;

-- name: record_events(ids, types, payloads, job_ids, request_ids, trace_parents)
-- The same where some may be known: only fresh ones come back, whose key was there already is
-- neither. The job needs no key of its own.
with incoming as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[])
        as i (id, type, payload, job_id, request_id, trace_parent)
), taken as (
    insert into stripe_event_key (id) select id from incoming order by id
    on conflict do nothing
    returning id
), fresh as (
    -- One of those that came twice at once.
    select distinct on (id) i.* from incoming i join taken using (id) order by id
), written as (
    insert into stripe_event (id, type, payload)
    select id, type, payload::jsonb from fresh
), asked as (
    insert into job
        (id, task, queue, payload, subject_kind, subject_id, request_id, trace_parent)
    select job_id, 'payments.process_payment_webhook', 'payments',
           jsonb_build_object('event_id', id), 'stripe_event', id, request_id, trace_parent
    from fresh
    returning id
)
select id from asked;

-- name: event_payload(id)
select payload, processed_at from stripe_event where id = $1;

-- name: event_processed(id, outcome)
update stripe_event set processed_at = now(), outcome = $2
where id = $1;

-- name: erase_events(days, limit_count)
-- What Stripe wrote, names and addresses among it, so many days after it was worked through; the id
-- stays for good, because an event may be repeated. Returns how many.
with old as (
    select id, received_at from stripe_event
    where erased_at is null and processed_at < now() - make_interval(days => $1)
    limit $2 for update skip locked
), marked as (
    update stripe_event e set erased_at = now(), payload = '{}' from old
        where e.id = old.id and e.received_at = old.received_at
        returning e.id
)
select count(*) from marked;

-- name: erase_refund_notes(days, limit_count)
-- To whose account money went that did not go through Stripe, so many days after it was settled;
-- that it went, how much and when stays. Returns how many.
with old as (
    select id from refund
    where note <> '' and settled_at < now() - make_interval(days => $1)
    limit $2 for update skip locked
), marked as (
    update refund r set note = '' from old where r.id = old.id returning r.id
)
select count(*) from marked;
