-- What must be unique for good is written down apart from what is kept by months: a partitioned
-- table can only promise it within a partition. Whoever inserts takes the key first, whichever
-- release it belongs to, so both may run side by side; the next migration then makes the months.

-- In the order of bytes, so that what begins alike stands together in any database.
create table job_key (
    unique_key text collate "C" not null,
    job_id uuid not null,
    constraint job_key_pkey primary key (unique_key)
);
comment on constraint job_key_pkey on job_key is
    'The same event asked for twice is one job ("refund:<id>", "cron:<task>:<slot>").';
create table mail_key (
    unique_key text collate "C" not null,
    mail_id uuid not null,
    constraint mail_key_pkey primary key (unique_key)
);
comment on constraint mail_key_pkey on mail_key is 'A mail exists once per what it says.';
create table stripe_event_key (
    id text collate "C" not null,
    constraint stripe_event_key_pkey primary key (id)
);
comment on constraint stripe_event_key_pkey on stripe_event_key is
    'Stripe repeats an event for three days, people later still: it is worked through once.';

-- Nobody writes between the copy and the guards.
lock table job, mail, stripe_event in share row exclusive mode;
insert into job_key select unique_key, id from job where unique_key is not null;
insert into mail_key select unique_key, id from mail;
insert into stripe_event_key select id from stripe_event;

-- A row whose key somebody else has is not inserted; whoever inserts sees that no row comes back.
-- A transaction that wants a key which another one is just taking waits for its end. A row that
-- moves between partitions has its key already.
create function take_job_key() returns trigger language plpgsql as $$
begin
    insert into job_key (unique_key, job_id) values (new.unique_key, new.id)
    on conflict do nothing;
    if found or exists (
        select from job_key where unique_key = new.unique_key and job_id = new.id) then
        return new;
    end if;
    return null;
end $$;
create trigger job_takes_key before insert on job
    for each row when (new.unique_key is not null) execute function take_job_key();

create function take_mail_key() returns trigger language plpgsql as $$
begin
    insert into mail_key (unique_key, mail_id) values (new.unique_key, new.id)
    on conflict do nothing;
    if found or exists (
        select from mail_key where unique_key = new.unique_key and mail_id = new.id) then
        return new;
    end if;
    return null;
end $$;
create trigger mail_takes_key before insert on mail
    for each row execute function take_mail_key();

create function take_event_key() returns trigger language plpgsql as $$
begin
    insert into stripe_event_key (id) values (new.id) on conflict do nothing;
    -- The new code has taken the key in the same statement, for many events at once: the webhook is
    -- the busiest road. This trigger goes with the next migration; the other two stay.
    if found or not exists (select from stripe_event where id = new.id) then
        return new;
    end if;
    return null;
end $$;
create trigger stripe_event_takes_key before insert on stripe_event
    for each row execute function take_event_key();

-- Where a month begins in a column: an instant, or the first UUIDv7 of it.
create function month_bound(parent text, month date) returns text language sql stable as $$
    select case a.atttypid
        when 'uuid'::regtype then lpad(to_hex((extract(epoch from
            month::timestamp at time zone 'UTC') * 1000)::bigint), 12, '0') || repeat('0', 20)
        else (month::timestamp at time zone 'UTC')::text end
    from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = parent::regclass
$$;

-- Makes the partitions of the months from first to last; those that exist stay. Returns how many
-- it made: none where the table has no partitions yet. What had to wait elsewhere (<table>_other)
-- for its month moves into it.
create function make_months(parent text, first date, last date) returns int language plpgsql as $$
declare
    month date;
    name text;
    col text;
    made int := 0;
begin
    perform pg_advisory_xact_lock(hashtext('months:' || parent));
    select a.attname into col
    from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = to_regclass(parent);
    if col is null then
        return 0;
    end if;
    for month in
        select generate_series(date_trunc('month', first), last, interval '1 month')::date
    loop
        name := parent || to_char(month, '_YYYY_MM');
        continue when to_regclass(name) is not null;
        execute format('create table %I (like %I including defaults including constraints)',
            name, parent);
        execute format(
            'with moved as (delete from %I where %I >= %L and %I < %L returning *)'
            ' insert into %I select * from moved',
            parent || '_other', col, month_bound(parent, month),
            col, month_bound(parent, (month + interval '1 month')::date), name);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
            parent, name, month_bound(parent, month),
            month_bound(parent, (month + interval '1 month')::date));
        made := made + 1;
    end loop;
    return made;
end $$;

create schema if not exists archive;

-- Takes the months before the given one out of the table and into the schema `archive`; rows for
-- which `wanted` is true (nobody has finished with them) stay. Returns how many months it took.
create function archive_months(parent text, before date, wanted text)
    returns int language plpgsql as $$
declare
    old text;
    taken int := 0;
begin
    perform pg_advisory_xact_lock(hashtext('months:' || parent));
    for old in
        select c.relname
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        join pg_partitioned_table p on p.partrelid = i.inhparent
        where i.inhparent = to_regclass(parent) and c.relname ~ '_\d{4}_\d{2}$'
          and right(c.relname, 7) < to_char(before, 'YYYY_MM')
        order by 1
    loop
        execute format('alter table %I detach partition %I', parent, old);
        execute format(
            'with kept as (delete from %I t where %s returning *)'
            ' insert into %I select * from kept', old, wanted, parent);
        execute format('alter table %I set schema archive', old);
        taken := taken + 1;
    end loop;
    return taken;
end $$;

-- Drops what was archived of a table before the given month. Returns how many months it dropped.
create function drop_archived(parent text, before date) returns int language plpgsql as $$
declare
    old text;
    dropped int := 0;
begin
    for old in
        select c.relname from pg_class c
        where c.relnamespace = 'archive'::regnamespace and c.relkind = 'r'
          and c.relname ~ ('^' || parent || '_\d{4}_\d{2}$')
          and right(c.relname, 7) < to_char(before, 'YYYY_MM')
    loop
        execute format('drop table archive.%I', old);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;
