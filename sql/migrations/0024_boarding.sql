-- Boarding: help that passengers ask for, and who was let aboard.

-- What help somebody asked for (Regulation (EU) 1177/2010, article 11 and annexes II and III):
-- sensitive data, erased with birth dates and nationalities.
alter table passenger
    add column assistance text,
    add column assistance_note text,
    add constraint passenger_assistance_known check (assistance in (
        'wheelchair', 'wheelchair_lent', 'walking', 'seeing', 'hearing', 'understanding',
        'assistance_dog', 'medical', 'other')),
    add constraint passenger_note_explains check
        (assistance_note is null or assistance is not null);
comment on constraint passenger_assistance_known on passenger is
    'Kinds that crews are trained for (annex IV); the note says more.';
comment on constraint passenger_note_explains on passenger is
    'Without a kind of help there is nothing to explain.';

-- Each time somebody or a vehicle was let aboard, as a gate wrote it down. Two rows for one holder
-- are two admissions, at gates that did not know of each other: both are kept and named, and the
-- head-count counts holders.
create table admission (
    -- Made at the gate: the same row may arrive any number of times.
    id uuid not null,
    booking_id uuid not null,
    leg_number int not null,
    -- p1, p2 ... or v1, v2 ..., as in the ticket's code.
    holder text not null,
    sailing_id uuid not null,
    -- The laptop at a quay whose gates share what they know; null: a browser that asked us.
    quay text,
    gate text not null,
    -- Who was signed in at the gate, or whose token the laptop has.
    staff_id uuid,
    admitted_at timestamptz not null,
    undone_at timestamptz,
    undone_by uuid,
    -- When we heard of it; the gates' clocks may be wrong, this one is not.
    received_at timestamptz not null default now(),
    constraint admission_pkey primary key (id),
    constraint admission_of_leg foreign key (booking_id, leg_number)
        references booking_leg (booking_id, number) on delete cascade,
    constraint admission_to_sailing foreign key (sailing_id) references sailing (id),
    constraint admission_by_staff foreign key (staff_id) references staff (id),
    constraint admission_undone_by_staff foreign key (undone_by) references staff (id),
    constraint admission_undone_sometime check (undone_by is null or undone_at is not null),
    constraint admission_holder_known check (holder ~ '^[pv][1-9][0-9]{0,2}$')
);
comment on constraint admission_pkey on admission is
    'A gate that sends its journal again adds nothing.';
comment on constraint admission_of_leg on admission is
    'Boarding ends with the booking it belongs to.';
comment on constraint admission_to_sailing on admission is
    'A sailing with people aboard is not deleted.';
comment on constraint admission_by_staff on admission is 'Who let people aboard stays known.';
comment on constraint admission_undone_by_staff on admission is 'So does who took it back.';
comment on constraint admission_undone_sometime on admission is
    'Whoever took it back did so at a time.';
comment on constraint admission_holder_known on admission is
    'A passenger or a vehicle of the booking.';
create index admission_by_sailing on admission (sailing_id);
create index admission_by_holder on admission (booking_id, leg_number, holder)
    where undone_at is null;
