-- Which money a booking stands on, which tries do not count, and whether the request behind a key is alive.

-- When the subject took this payment as its own. Every other succeeded payment of the subject is money too much and
-- goes back, whichever was made or heard of first.
alter table payment
    add column kept_at timestamptz,
    add constraint payment_kept_was_paid check (kept_at is null or status = 'succeeded');
comment on constraint payment_kept_was_paid on payment is 'Only money that has arrived can be kept.';

-- Bookings that were paid before this column existed stand on the first money that was not sent back to its payer.
update payment set kept_at = settled_at
where id in (
    select distinct on (p.subject_id) p.id
    from payment p join booking b on b.id = p.subject_id
    where p.subject_kind = 'bookings' and p.status = 'succeeded'
      and b.paid_at is not null and b.status not in ('held', 'expired')
      and not exists (
          select from refund r where r.payment_id = p.id and r.reason in ('late', 'paid_twice', 'wrong_amount'))
    order by p.subject_id, p.settled_at
);

-- The final word: nothing is sold for twice its price. Its name is what a second keeper is refused with.
create unique index payment_one_kept on payment (subject_kind, subject_id) where kept_at is not null;

-- Tries that a stopping worker gave back. They stay in the list of attempts under their number and do not count
-- towards the task's limit; a try whose worker died without a word does count.
alter table job
    add column given_back int not null default 0,
    add constraint job_given_back_were_tries check (given_back between 0 and tries);
comment on constraint job_given_back_were_tries on job is 'Nothing is given back that was not taken.';
alter table job_attempt
    drop constraint job_attempt_outcome_known,
    add constraint job_attempt_outcome_known check (outcome in ('done', 'retry', 'dead', 'lost', 'given_back'));
comment on constraint job_attempt_outcome_known on job_attempt is
    'done; retry: failed, to be tried again; dead: failed for good; lost: its worker died; given_back: its worker was stopped.';

-- Until when the process that works on this key's first request has promised to be alive; it renews it while it works.
alter table idempotency_key add column lease_until timestamptz;
