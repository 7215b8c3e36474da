-- needs: 0039
-- contract
-- Jobs, their attempts, mails and Stripe's events by months: what is old goes away as a whole, and
-- every look reads the months it needs. Ids of jobs and mails are ordered by time (UUIDv7): a row
-- is found in its month by its id. Code before 0039 infers uniqueness from constraints that a
-- partitioned table cannot have.

-- What was there becomes the partition of everything until the end of this month. Ids that are no
-- time (made by hand) stand in <table>_other.
create function pg_temp.by_month(parent text, col text) returns void language plpgsql as $$
declare
    part text := parent || to_char(now() at time zone 'UTC', '_YYYY_MM');
    next_month date := date_trunc('month', now() at time zone 'UTC') + interval '1 month';
    index_name text;
    reading record;
    views text[] := '{}';
begin
    -- A view goes with the table that it was made of, under whatever name: made anew below.
    for reading in
        select distinct v.relname, pg_get_viewdef(v.oid) as query
        from pg_depend d
        join pg_rewrite r on r.oid = d.objid
        join pg_class v on v.oid = r.ev_class
        where d.classid = 'pg_rewrite'::regclass and d.refobjid = parent::regclass
          and v.relkind = 'v'
    loop
        views := views || format('create or replace view %I as %s', reading.relname, reading.query);
    end loop;
    execute format('alter table %I rename to %I', parent, part);
    for index_name in
        select c.relname from pg_index x join pg_class c on c.oid = x.indexrelid
        where x.indrelid = part::regclass
    loop
        execute format('alter index %I rename to %I', index_name,
            left(index_name, 40) || to_char(now() at time zone 'UTC', '_YYYY_MM'));
    end loop;
    execute format('create table %I (like %I including defaults including constraints'
        ' including comments) partition by range (%I)', parent, part, col);
    execute format('create table %I partition of %I default', parent || '_other', parent);
    execute format(
        'with moved as (delete from %I where %I >= %L returning *)'
        ' insert into %I select * from moved',
        part, col, month_bound(parent, next_month), parent || '_other');
    execute format('alter table %I attach partition %I for values from (minvalue) to (%L)',
        parent, part, month_bound(parent, next_month));
    perform make_months(parent, next_month, (next_month + interval '1 month')::date);
    for i in 1 .. cardinality(views) loop
        execute views[i];
    end loop;
end $$;

-- Attempts and attachments go with their month; whoever deletes a job deletes its attempts.
alter table job_attempt drop constraint job_attempt_of_job;
alter table mail_attachment drop constraint mail_attachment_of_mail;

drop trigger job_takes_key on job;
alter table job drop constraint job_unique_key;
drop index job_of_subject, job_dead, job_done;
select pg_temp.by_month('job', 'id');
alter table job add constraint job_pkey primary key (id);
create trigger job_takes_key before insert on job
    for each row when (new.unique_key is not null) execute function take_job_key();
-- The sweeper asks for due jobs every two seconds; finished ones are not in the index.
create index job_due on job (run_at) where state = 'queued';
create index job_leased on job (lease_until) where state = 'running';
-- A subject is looked for with and without its kind.
create index job_of_subject on job (subject_id, subject_kind);
-- What is rare is found without reading what is not, newest first.
create index job_dead on job (id) where state = 'dead';
create index job_cancelled on job (id) where state = 'cancelled';
-- How many a minute each queue does.
create index job_done on job (queue, finished_at) where state = 'done';
-- The jobs of crons say little and are many: they go after a day.
create index job_of_cron_ended on job (finished_at)
    where state in ('done', 'cancelled') and unique_key like 'cron:%';
create index job_of_request on job (request_id) where request_id is not null;

select pg_temp.by_month('job_attempt', 'job_id');
alter table job_attempt add constraint job_attempt_pkey primary key (job_id, number);
comment on constraint job_attempt_pkey on job_attempt is
    'One line per try, however often a worker tries to write it.';

drop trigger mail_takes_key on mail;
alter table mail drop constraint mail_unique_key;
select pg_temp.by_month('mail', 'id');
alter table mail add constraint mail_pkey primary key (id);
create trigger mail_takes_key before insert on mail
    for each row execute function take_mail_key();
create index mail_waiting on mail (created_at) where sent_at is null;

drop trigger stripe_event_takes_key on stripe_event;
alter table stripe_event drop constraint stripe_event_pkey;
select pg_temp.by_month('stripe_event', 'received_at');
alter table stripe_event add constraint stripe_event_pkey primary key (id, received_at);
comment on constraint stripe_event_pkey on stripe_event is
    'An event is in one month; that it is there once is its key''s (stripe_event_key).';
drop function take_event_key();
create index stripe_event_waiting on stripe_event (received_at) where processed_at is null;
