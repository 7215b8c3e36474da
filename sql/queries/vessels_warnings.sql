-- What authorities warn ships of.

-- name: warnings_in_force(at, kinds, only_id, hidden, ended_at, ended_id, limit_count)
select id, read_at, publisher as warning_publisher, reference as warning_reference,
       kind as warning_kind, title as warning_title, body as warning_body, area as warning_area,
       issued_at as warning_issued_at, starts_at as warning_starts_at, ends_at as warning_ends_at,
       severity as warning_severity, language as warning_language, address as warning_address,
       invented as warning_invented
from sea_warning
where withdrawn_at is null and starts_at <= $1 and (ends_at is null or ends_at > $1)
  and kind = any($2::text[]) and ($3::uuid is null or id = $3)
  and publisher <> all($4::text[])
  and ($5::timestamptz is null or (issued_at, id) < ($5, $6::uuid))
order by issued_at desc, id desc limit $7;

-- name: count_warnings_in_force(at, kinds, only_id, hidden)
-- not null: count
select count(*) from sea_warning
where withdrawn_at is null and starts_at <= $1 and (ends_at is null or ends_at > $1)
  and kind = any($2::text[]) and ($3::uuid is null or id = $3)
  and publisher <> all($4::text[]);

-- name: warnings_standing(publishers)
select publisher, reference from sea_warning
where publisher = any($1::text[]) and withdrawn_at is null
  and (ends_at is null or ends_at > now());

-- name: upsert_warnings(rows)
-- not null: is_new
-- Those that are known word for word are not touched, but for being read again: no row for them.
with given as materialized (
    select * from jsonb_to_recordset($1) as n (
        id uuid, publisher text, reference text, kind text, title text, body text, area jsonb,
        issued_at timestamptz, starts_at timestamptz, ends_at timestamptz, severity text,
        language text, address text, invented boolean
    )
), same as materialized (
    select w.id, w.publisher, w.reference
    from sea_warning w
    join given n on w.publisher = n.publisher and w.reference = n.reference
    where w.withdrawn_at is null
      and (w.kind, w.title, w.body, w.area, w.issued_at, w.starts_at, w.severity, w.language,
           w.address, w.invented)
        = (n.kind, n.title, n.body, n.area, n.issued_at, n.starts_at, n.severity, n.language,
           n.address, n.invented)
      and w.ends_at is not distinct from n.ends_at
), again as (
    update sea_warning set read_at = now() where id in (select id from same)
)
insert into sea_warning as known (
    id, publisher, reference, kind, title, body, area, issued_at, starts_at, ends_at, severity,
    language, address, invented
)
select n.* from given n
where (n.publisher, n.reference) not in (select publisher, reference from same)
order by n.publisher, n.reference
on conflict (publisher, reference) do update set
    kind = excluded.kind, title = excluded.title, body = excluded.body, area = excluded.area,
    issued_at = excluded.issued_at, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    severity = excluded.severity, language = excluded.language, address = excluded.address,
    invented = excluded.invented, read_at = now(), withdrawn_at = null
returning xmax = 0 as is_new;

-- name: withdraw_warnings(publishers, numbers)
update sea_warning set withdrawn_at = now()
from unnest($1::text[], $2::text[]) as gone (publisher, reference)
where sea_warning.publisher = gone.publisher and sea_warning.reference = gone.reference
  and withdrawn_at is null;

-- name: withdraw_numbers(numbers)
update sea_warning set withdrawn_at = now()
where reference = any($1::text[]) and withdrawn_at is null;

-- name: warning_publishers(at, hidden)
-- not null: in_force, read_at
select publisher, max(read_at) as read_at,
       count(*) filter (where withdrawn_at is null and starts_at <= $1
                          and (ends_at is null or ends_at > $1)) as in_force
from sea_warning where publisher <> all($2::text[]) group by publisher order by publisher;

-- name: delete_warnings_over(before)
delete from sea_warning where least(withdrawn_at, ends_at) < $1;
