-- What makes a database of the suite as good as new after a test: `select suite.reset(...)`.
-- Run once in each template, after everything that its copies hold.

create schema suite;

-- Has a row once somebody has changed the schema, which nobody takes back.
create table suite.schema_changed (at timestamptz default clock_timestamp());

-- Tables that are empty in the template have no copy. `columns` are those that can be written.
create table suite.kept_table (id oid, name text, kept_rows bigint, copy text, columns text, same text);
create table suite.kept_sequence (id oid, last_value bigint);

-- Rows that are younger were written by a test.
create table suite.since as select pg_current_xact_id()::xid as xid;

do $$
declare
    one record;
    found bigint;
begin
    for one in
        select c.oid as id, c.oid::regclass::text as name
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where
            c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'suite')
            and c.relpersistence <> 't'
    loop
        execute 'select count(*) from ' || one.name into found;
        insert into suite.kept_table (id, name, kept_rows) values (one.id, one.name, found);
        continue when found = 0;
        execute format('create table suite.%I as table %s', 'of_' || one.id, one.name);
        update suite.kept_table t set
            copy = format('suite.%I', 'of_' || one.id),
            columns = (
                select string_agg(quote_ident(attname), ', ' order by attnum)
                from pg_attribute
                where attrelid = one.id and attnum > 0 and not attisdropped and attgenerated = ''
            ),
            same = coalesce(
                (
                    select string_agg(format('t.%1$I = k.%1$I', attname), ' and ')
                    from pg_index i
                    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
                    where i.indrelid = one.id and i.indisprimary
                ),
                't::text = k::text'
            )
        where t.id = one.id;
    end loop;
    insert into suite.kept_sequence
    select oid, pg_sequence_last_value(oid) from pg_class where relkind = 'S';
end
$$;

create function suite.note_change() returns event_trigger language plpgsql as $$
begin
    insert into suite.schema_changed default values;
end
$$;

-- Ends every session but this one and those of `lines`, and takes back what was written. False
-- where that cannot be done, where a line is dead, or where the files are no longer quickly read.
create function suite.reset(lines int []) returns boolean language plpgsql as $$
declare
    one record;
    mine oid := (select oid from pg_database where datname = current_database());
    began xid := (select xid from suite.since);
    sizes bigint := 0;
    found bigint;
begin
    perform pg_terminate_backend(pid, 5000)
    from pg_stat_get_activity(null)
    where
        datid = mine and backend_type = 'client backend' and pid <> all(lines || pg_backend_pid());
    if
        cardinality(lines)
        > (select count(*) from pg_stat_get_activity(null) where pid = any(lines))
        or exists (select from suite.schema_changed)
        or exists (select from pg_db_role_setting where setdatabase = mine)
    then
        return false;
    end if;
    for one in select *, pg_relation_size(id) as size from suite.kept_table loop
        continue when one.size = 0 and one.kept_rows = 0;
        sizes := sizes + one.size;
        if one.kept_rows = 0 then
            execute 'delete from ' || one.name;
            continue;
        end if;
        execute 'delete from ' || one.name || ' where age(xmin) < age($1)' using began;
        execute 'select count(*) from ' || one.name into found;
        if found < one.kept_rows then
            execute format(
                'insert into %1$s (%2$s) overriding system value select %2$s from %3$s k'
                || ' where not exists (select from %1$s t where %4$s)',
                one.name, one.columns, one.copy, one.same
            );
        end if;
    end loop;
    perform setval(id, coalesce(last_value, 1), last_value is not null)
    from suite.kept_sequence
    where pg_sequence_last_value(id) is distinct from last_value;
    return sizes < 20000000;
end
$$;

create event trigger suite_schema_changed on ddl_command_end execute function suite.note_change();
