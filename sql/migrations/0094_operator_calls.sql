-- What remote operators were asked about a booking and what came of it, for the desk's timeline.
-- No word about people: a reference, the operator's answer in a word, and how long it took.

create table operator_call (
    id uuid not null,
    -- Of the booking; a hold is asked for before there is one.
    reference text not null,
    operator text not null,
    action text not null,
    outcome text not null,
    -- A status, a charge or a code of the operator's API.
    answer text not null,
    took_ms integer not null,
    at timestamptz not null default now(),
    constraint operator_call_pkey primary key (id),
    constraint operator_call_action_known check (
        action in ('hold', 'verify', 'confirm', 'recall', 'cancel_quote', 'cancel', 'release')),
    constraint operator_call_outcome_known check (
        outcome in ('answered', 'refused', 'unavailable', 'unknown')),
    constraint operator_call_answer_short check (length(answer) <= 100)
) partition by range (id);
comment on constraint operator_call_pkey on operator_call is 'Each call once.';
comment on constraint operator_call_action_known on operator_call is
    'bookings.pricing.operator_calls.Action.';
comment on constraint operator_call_outcome_known on operator_call is
    'bookings.pricing.operator_calls.Outcome.';
comment on constraint operator_call_answer_short on operator_call is
    'A word, never a message: what an operator writes may name people.';
create table operator_call_other partition of operator_call default;
create index operator_call_of_booking on operator_call (reference);
select make_months('operator_call', current_date, current_date + 62);
