-- The lowest price of a day between two ports, by operator: what the strip of days and the month
-- show. Written by ferries.refresh_lowest_fares only, so that no reader waits for an operator.
create table lowest_fare (
    origin_id uuid not null,
    destination_id uuid not null,
    operator_id uuid not null,
    -- Local at the origin.
    day date not null,
    -- For one adult on foot, taxes included. Null: nothing sails, or nothing is left.
    amount_minor bigint,
    currency char(3),
    -- How many sailings have a place left.
    sailings int not null,
    read_at timestamptz not null,
    constraint lowest_fare_pkey primary key (origin_id, destination_id, day, operator_id),
    constraint lowest_fare_origin foreign key (origin_id) references port (id),
    constraint lowest_fare_destination foreign key (destination_id) references port (id),
    constraint lowest_fare_of_operator foreign key (operator_id) references operator (id),
    constraint lowest_fare_is_a_price check (
        (amount_minor is null) = (sailings = 0) and (amount_minor is null) = (currency is null)
        and amount_minor >= 0
    )
);
comment on constraint lowest_fare_pkey on lowest_fare is 'One price per pair, day and operator.';
comment on constraint lowest_fare_is_a_price on lowest_fare is
    'Where something is left there is a price with its currency, and nowhere else.';
create index lowest_fare_by_age on lowest_fare (operator_id, read_at);
