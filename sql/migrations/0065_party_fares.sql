-- What parties that are no single adult on foot pay at least by day at remote operators: asked for
-- by a task after somebody looked at a month for them. Our own are priced when they are shown.
create table party_way (
    origin_id uuid not null,
    destination_id uuid not null,
    -- The party's key, and the people and vehicles that it stands for.
    party text not null,
    people jsonb not null,
    wanted_at timestamptz not null default now(),
    constraint party_way_pkey primary key (origin_id, destination_id, party),
    constraint party_way_origin foreign key (origin_id) references port (id),
    constraint party_way_destination foreign key (destination_id) references port (id),
    constraint party_way_party_length check (length(party) between 1 and 400)
);
comment on constraint party_way_pkey on party_way is 'A party is wanted once per pair of ports.';
comment on constraint party_way_party_length on party_way is 'Ten vehicles at most.';
create index party_way_wanted on party_way (wanted_at);

create table party_fare (
    origin_id uuid not null,
    destination_id uuid not null,
    party text not null,
    operator_id uuid not null,
    -- Local at the origin.
    day date not null,
    -- Taxes included. Null: nothing sails, or nothing is left for so many.
    amount_minor bigint,
    currency char(3),
    -- How many sailings have room for the party.
    sailings int not null,
    read_at timestamptz not null,
    constraint party_fare_pkey primary key (origin_id, destination_id, party, operator_id, day),
    constraint party_fare_of_way foreign key (origin_id, destination_id, party)
        references party_way (origin_id, destination_id, party) on delete cascade,
    constraint party_fare_of_operator foreign key (operator_id) references operator (id),
    constraint party_fare_is_a_price check (
        (amount_minor is null) = (sailings = 0) and (amount_minor is null) = (currency is null)
        and amount_minor >= 0
    )
);
comment on constraint party_fare_pkey on party_fare is
    'One price per pair, party, day and operator.';
comment on constraint party_fare_of_way on party_fare is
    'Prices go with what nobody has wanted for a day.';
comment on constraint party_fare_is_a_price on party_fare is
    'Where there is room there is a price with its currency, and nowhere else.';
