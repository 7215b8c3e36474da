-- How far the demo world has been written, so that a start with nothing to do costs one look.

create table demo_mark (
    -- One row at most.
    only_one boolean not null default true,
    -- SHA-256 of the authored world; another one means that everything is looked at again.
    digest text not null,
    -- Sailings are written up to and including this day.
    through date not null,
    constraint demo_mark_pkey primary key (only_one),
    constraint demo_mark_single check (only_one)
);
