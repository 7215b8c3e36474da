-- Boarding is closed with a count, before the ship leaves.

-- Directive 98/41/EC, article 4(2): the number of persons on board is declared before departure.
-- Each time that it was, who did, and until when it held.
create table boarding_closing (
    id uuid not null,
    sailing_id uuid not null,
    closed_at timestamptz not null default now(),
    closed_by uuid,
    adults int not null,
    children int not null,
    infants int not null,
    vehicles int not null,
    -- Set when boarding was opened again: the count before it was not the last.
    reopened_at timestamptz,
    reopened_by uuid,
    constraint boarding_closing_pkey primary key (id),
    constraint boarding_closing_of_sailing foreign key (sailing_id) references sailing (id),
    constraint boarding_closing_by_staff foreign key (closed_by) references staff (id),
    constraint boarding_closing_reopened_by_staff foreign key (reopened_by) references staff (id),
    constraint boarding_closing_reopened_sometime
        check (reopened_by is null or reopened_at is not null)
);
comment on constraint boarding_closing_pkey on boarding_closing is 'One declaration.';
comment on constraint boarding_closing_of_sailing on boarding_closing is
    'A count was declared for a sailing that exists.';
comment on constraint boarding_closing_by_staff on boarding_closing is
    'Who declared it stays known.';
comment on constraint boarding_closing_reopened_by_staff on boarding_closing is
    'So does who opened boarding again.';
comment on constraint boarding_closing_reopened_sometime on boarding_closing is
    'Whoever opened it again did so at a time.';
-- One count holds at a time.
create unique index boarding_closing_holds on boarding_closing (sailing_id)
    where reopened_at is null;
