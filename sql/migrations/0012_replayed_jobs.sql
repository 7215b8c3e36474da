-- A replay keeps every attempt; what was done in the last hour is counted by the time it was done.

-- forgiven: attempts before the last replay. Their numbers stay taken, and they stay readable;
-- towards the task's limit only tries - given_back - forgiven count.
alter table job
    add column forgiven int not null default 0,
    add constraint job_forgiven_were_tries check (forgiven >= 0 and given_back + forgiven <= tries);
comment on constraint job_forgiven_were_tries on job is 'Nothing is forgiven that was not tried.';

-- Ids are time-ordered: the newest jobs are read backwards along the primary key.
drop index job_recent;
-- The dashboard counts what was done in the last hour, and what is old is deleted by the same
-- column.
create index job_done on job (finished_at) where state = 'done';
