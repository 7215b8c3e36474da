-- The last good copy of what outside services published.

-- name: newest_copy(source, key)
-- No row: nothing was ever retrieved under that key.
select body, retrieved_at, period, version from outside_copy where source = $1 and key = $2;

-- name: newest_copies(source, keys)
select key, body as copy_body, retrieved_at as copy_retrieved_at, period as copy_period,
       version as copy_version
from outside_copy
where source = $1 and key = any($2::text[]);

-- name: put_copy(source, key, body, retrieved_at, period, version)
-- Two pulls of one key may end in the wrong order: the one that was retrieved later stays.
insert into outside_copy as stored (source, key, body, retrieved_at, period, version)
values ($1, $2, $3, $4, $5, $6)
on conflict (source, key) do update
set body = excluded.body, retrieved_at = excluded.retrieved_at, period = excluded.period,
    version = excluded.version
where stored.retrieved_at <= excluded.retrieved_at;

-- name: drop_older_copies(source, before, limit_count)
delete from outside_copy
where source = $1 and key in (
    select key from outside_copy where source = $1 and retrieved_at < $2 limit $3);
