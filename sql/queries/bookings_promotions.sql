-- Uses of promo codes.

-- name: uses_of_person(promotion_id, person_keys)
-- not null: uses
select count(*)::int as uses from promotion_use
where promotion_id = $1 and person_key = any($2::text[]) and given_back_at is null;

-- name: add_use(booking_id, promotion_id, amount_minor, person_key)
insert into promotion_use (booking_id, promotion_id, amount_minor, person_key)
values ($1, $2, $3, $4);

-- name: give_back_use(booking_id)
update promotion_use set given_back_at = now()
where booking_id = $1 and given_back_at is null
returning promotion_id;

-- name: take_use_again(booking_id)
update promotion_use set given_back_at = null
where booking_id = $1 and given_back_at is not null
returning promotion_id;

-- name: promotion_of_booking(booking_id)
select promotion_id from promotion_use where booking_id = $1;
