-- What changed what is cached, written in the transaction that changed it: should the process die
-- before it says so in Redis, another one does. A row is kept for ten minutes.
create table cache_change (
    written_by xid8 not null default pg_current_xact_id(),
    id uuid not null,
    tags text[] not null,
    at timestamptz not null default clock_timestamp(),
    constraint cache_change_pkey primary key (written_by, id)
);
comment on column cache_change.written_by is
    'The transaction: a snapshot says whether it was committed when one looked before.';
comment on column cache_change.tags is 'Of answers in the cache (infra/cache).';
comment on constraint cache_change_pkey on cache_change is
    'New rows stand at its end, where they are looked for.';
