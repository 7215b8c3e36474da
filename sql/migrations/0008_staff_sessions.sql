-- Ending somebody's sessions at once, knowing who was here last, and reading the audit log by person and action.

-- A session carries the epoch it was begun in. Disabling a person, or changing the role or the password, adds one:
-- every older session is refused at its next request, whatever Redis still holds.
alter table staff
    add column session_epoch int not null default 0,
    add column signed_in_at timestamptz;
update staff s set signed_in_at = (select max(at) from audit where staff_id = s.id and action = 'sign_in');

create index api_token_of_owner on api_token (staff_id);
create index audit_of_staff on audit (staff_id, at);
create index audit_of_action on audit (action, at);
-- Either of the two above, or this one, answers each way of looking at it; ids are time-ordered and break ties.
drop index audit_at;
create index audit_newest on audit (at, id);
