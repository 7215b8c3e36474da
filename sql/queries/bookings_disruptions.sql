-- What becomes of everybody aboard when a sailing is late or does not go.

-- name: shorten_holds(close_minutes)
-- A hold ends at the latest when sales of one of its sailings close, and now where they are closed
-- by hand or it does not go: somebody may have changed that since the places were held. The hold's
-- own end is the first bound.
update booking b set expires_at = s.close_at
from (
    select l.booking_id,
           min(case when sale_ended(v.status, v.leaves_at, coalesce(v.close_minutes, $1)) is null
               then v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $1))
               else now() end) as close_at
    from booking h
    join booking_leg l on l.booking_id = h.id
    join sailing_sales v on v.sailing_id = l.sailing_id
    where h.status = 'held'
    group by l.booking_id
) s
where b.id = s.booking_id and b.status = 'held' and b.expires_at > s.close_at;
