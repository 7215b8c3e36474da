-- Money owed is followed to its end: refunds begun elsewhere, disputes, and every movement of
-- Stripe's balance.

-- The charge behind a payment, and what its card is called by people.
alter table payment
    add column charge_id text,
    add column card_brand text,
    add column card_last4 text,
    add constraint payment_charge_key unique (charge_id);
comment on constraint payment_charge_key on payment is 'A charge pays for one thing.';

-- A refund is a claim of the customer, or a part of one that is paid in another way after a
-- failure.
alter table refund
    -- service: decided here; stripe: begun in the dashboard of Stripe.
    add column origin text not null default 'service',
    -- stripe: by the card; elsewhere: by a bank transfer or in cash, noted by staff.
    add column method text not null default 'stripe',
    -- The failed refund that this one pays again, wholly or in part.
    add column claim_id uuid,
    add column note text,
    drop constraint refund_status_known,
    add constraint refund_status_known check
        (status in ('pending', 'requested', 'succeeded', 'failed', 'covered')),
    add constraint refund_origin_known check (origin in ('service', 'stripe')),
    add constraint refund_method_known check (method in ('stripe', 'elsewhere')),
    add constraint refund_of_claim foreign key (claim_id) references refund (id),
    add constraint refund_elsewhere_is_noted check (method = 'stripe' or note is not null);
comment on constraint refund_status_known on refund is
    'covered: owed, and given back by a refund of the dashboard or by the bank; others as in 0004.';
comment on constraint refund_of_claim on refund is 'What is paid again was claimed.';
comment on constraint refund_elsewhere_is_noted on refund is
    'Nobody but the note says where money went that did not go through Stripe.';
create index refund_by_claim on refund (claim_id) where claim_id is not null;
create index refund_failed on refund (created_at) where status = 'failed';

-- The booking that was made in place of one that ended, with the same people.
alter table booking
    add column renewed_as uuid,
    add constraint booking_renewed_as_booking foreign key (renewed_as) references booking (id);
comment on constraint booking_renewed_as_booking on booking is 'What took its place exists.';

create table dispute (
    -- Stripe's id.
    id text primary key,
    payment_id uuid not null,
    amount_minor bigint not null,
    currency char(3) not null,
    reason text not null,
    -- Stripe's own: warning_needs_response, needs_response, under_review, won, lost, ...
    status text not null,
    -- What the bank holds of our balance because of it, fees apart: 0 again once it is won.
    withdrawn_minor bigint not null default 0,
    respond_by timestamptz,
    opened_at timestamptz not null,
    closed_at timestamptz,
    -- What staff decided about the journey after it was lost: honour it, or cancel it.
    decision text,
    decided_by text,
    decided_at timestamptz,
    constraint dispute_of_payment foreign key (payment_id) references payment (id),
    constraint dispute_decision_known check (decision in ('honoured', 'cancelled')),
    constraint dispute_decision_has_author check ((decision is null) = (decided_by is null))
);
comment on constraint dispute_of_payment on dispute is 'A dispute is about money that arrived.';
comment on constraint dispute_decision_known on dispute is 'Null until a person has decided.';
comment on constraint dispute_decision_has_author on dispute is 'A decision was somebody''s.';
create index dispute_by_payment on dispute (payment_id);

-- Every movement of the balance, as Stripe lists them
-- (https://docs.stripe.com/api/balance_transactions).
create table balance_movement (
    id text primary key,
    -- Stripe's reporting category: charge, refund, refund_failure, dispute, dispute_reversal, fee,
    -- payout, ...
    category text not null,
    amount_minor bigint not null,
    fee_minor bigint not null,
    currency char(3) not null,
    -- The charge, refund, dispute or payout that moved it.
    source_id text,
    moved_at timestamptz not null,
    available_at timestamptz not null,
    -- The transaction of our ledger that says the same; null: nothing of ours is behind it.
    transaction_id uuid,
    read_at timestamptz not null default now()
);
create index balance_movement_by_time on balance_movement (moved_at);
create index balance_movement_by_transaction on balance_movement (transaction_id);
create index balance_movement_unexplained on balance_movement (moved_at)
    where transaction_id is null;

-- Up to which instant the movements have been read, whole.
create table balance_reading (
    one boolean primary key default true,
    read_until timestamptz not null,
    constraint balance_reading_is_one check (one)
);
comment on constraint balance_reading_is_one on balance_reading is 'There is one balance.';

create index ledger_by_time on ledger (at);

-- Refunds are booked when Stripe takes them out of the balance; until now it was when they ended.
insert into ledger (transaction_id, account, amount_minor, currency, memo)
select r.id, l.account, l.amount_minor, p.currency, 'refund'
from refund r join payment p on p.id = r.payment_id
cross join lateral (values
    (p.subject_kind || ':' || p.subject_id, r.amount_minor), ('stripe', -r.amount_minor)
) as l (account, amount_minor)
where r.status = 'requested'
on conflict on constraint ledger_once do nothing;

-- What came back after it had been booked as gone was not booked as back.
with back as (
    select r.id, gen_random_uuid() as transaction_id,
           p.subject_kind || ':' || p.subject_id as account, r.amount_minor, p.currency
    from refund r join payment p on p.id = r.payment_id
    where r.status = 'failed' and exists (select from ledger l where l.transaction_id = r.id)
)
insert into ledger (transaction_id, account, amount_minor, currency, memo)
select b.transaction_id, l.account, l.amount_minor, b.currency, 'refund failed'
from back b
cross join lateral (values ('stripe', b.amount_minor), (b.account, -b.amount_minor))
    as l (account, amount_minor);
