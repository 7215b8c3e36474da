-- Links by which others may follow a journey.

-- name: add_share(id, booking_id, most)
-- No row: so many are open. The caller holds the booking's row.
insert into share (id, booking_id)
select $1, $2
where (select count(*) from share where booking_id = $2 and revoked_at is null) < $3;

-- name: shares_of(booking_id)
select id, booking_id, created_at from share
where booking_id = $1 and revoked_at is null
order by id;

-- name: share_by_id(id)
select id, booking_id, created_at from share where id = $1 and revoked_at is null;

-- name: revoke_share(id, booking_id)
update share set revoked_at = now() where id = $1 and booking_id = $2 and revoked_at is null;
