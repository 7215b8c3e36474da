-- Extras that operators add: what they are called, in the languages of the pages.

create table extra_kind (
    code text not null,
    -- Whose it is; null: one of those that every operator may sell (ferries.extras.ExtraKind),
    -- whose names are texts of the pages.
    operator_id uuid,
    -- By language, in English at least.
    names jsonb,
    created_at timestamptz not null default now(),
    constraint extra_kind_pkey primary key (code),
    constraint extra_kind_of_operator foreign key (operator_id) references operator (id),
    constraint extra_kind_code_written check (code ~ '^[a-z0-9][a-z0-9_]{0,59}$'),
    constraint extra_kind_is_named check ((operator_id is null) = (names is null)),
    constraint extra_kind_in_english check (names ? 'en')
);
comment on constraint extra_kind_pkey on extra_kind is
    'Its code is part of what is sold, `extra:<code>`, and says the same everywhere.';
comment on constraint extra_kind_of_operator on extra_kind is 'Nobody sells another one''s extras.';
comment on constraint extra_kind_code_written on extra_kind is 'ferries.extras.ExtraCode.';
comment on constraint extra_kind_is_named on extra_kind is
    'An operator names what it adds; the others have texts.';
comment on constraint extra_kind_in_english on extra_kind is
    'Where a language has no name of its own, the English one is shown.';
create index extra_kind_by_operator on extra_kind (operator_id) where operator_id is not null;

insert into extra_kind (code) values
    ('breakfast'), ('dinner'), ('priority_boarding'), ('lounge'), ('wifi'), ('sports_equipment');

alter table fare_extra drop constraint fare_extra_kind_known;
alter table fare_extra add constraint fare_extra_of_kind
    foreign key (kind) references extra_kind (code) not valid;
comment on constraint fare_extra_of_kind on fare_extra is
    'A kind that some list sells is there for ever.';
create index fare_extra_by_kind on fare_extra (kind);
