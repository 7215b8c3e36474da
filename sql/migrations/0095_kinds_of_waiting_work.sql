-- Looking for work must not read past what is paused: 200,000 paused jobs made each sweep take a
-- quarter of a second, and each scrape of the figures three. Building the index reads the table
-- once, and nothing is enqueued meanwhile.

create index job_by_kind on job (queue, task, run_at) where state = 'queued';

-- Of which queue and task jobs wait, due or not: one look into the index for each kind.
create view waiting_kinds as
with recursive kinds as (
    (select queue, task from job where state = 'queued' order by queue, task limit 1)
    union all
    select following.queue, following.task
    from kinds k
    cross join lateral (
        select queue, task from job
        where state = 'queued' and (queue, task) > (k.queue, k.task)
        order by queue, task limit 1
    ) following
)
select queue, task, array[queue, task] && array(select name from paused_work) as is_paused
from kinds;
