-- What others say of our money, and where it is not what we say.

-- A statement of an operator for the sailings that leave on a day (UTC), as it was last read.
create table operator_statement (
    operator_id uuid not null,
    day date not null,
    read_at timestamptz not null,
    constraint operator_statement_pkey primary key (operator_id, day),
    constraint operator_statement_of_operator foreign key (operator_id) references operator (id)
);
comment on constraint operator_statement_of_operator on operator_statement is
    'A statement is somebody''s.';

create table operator_statement_line (
    operator_id uuid not null,
    day date not null,
    -- Our name for the leg: "<booking>-<leg>".
    reference text not null,
    operator_reference text not null,
    -- The operator's word: Booked or Cancelled.
    status text not null,
    currency char(3) not null,
    -- What it charges us.
    amount_minor bigint not null,
    constraint operator_statement_line_pkey primary key (operator_id, day, reference),
    constraint operator_statement_line_of_statement foreign key (operator_id, day)
        references operator_statement (operator_id, day) on delete cascade
);
comment on constraint operator_statement_line_of_statement on operator_statement_line is
    'A line goes with its statement.';

-- Where two of them differ, from the night it was found to the one when it was gone.
create table difference (
    -- unexplained, not_at_stripe, stripe_amount, booking_account, operator_keeps, operator_lacks,
    -- operator_price: bookings/reconciliation/model.py.
    kind text not null,
    -- The movement, ledger transaction, booking or leg that it is about.
    subject text not null,
    -- "stripe", "ledger", or the operator's code.
    party text not null,
    day date not null,
    currency char(3) not null,
    -- What our books say and what the others say.
    ours_minor bigint not null,
    theirs_minor bigint not null,
    found_at timestamptz not null default now(),
    settled_at timestamptz,
    -- Who said that it is no difference, and why; null: it is gone by itself.
    settled_by uuid,
    note text,
    constraint difference_pkey primary key (kind, subject, currency),
    constraint difference_by_staff foreign key (settled_by) references staff (id) on delete set null
);
comment on constraint difference_by_staff on difference is 'A decision outlives who made it.';
create index difference_open on difference (found_at) where settled_at is null;
