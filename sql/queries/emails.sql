-- Mails that go out, once each.

-- name: add_mail(id, unique_key, template, recipient, language, context)
-- Inserts nothing when this mail was written before, in whatever month (trigger mail_takes_key).
insert into mail (id, unique_key, template, recipient, language, context)
values ($1, $2, $3, $4, $5, $6);

-- name: add_mails(template, mails)
-- Many of a kind in one statement. Rows: those that were not written before.
insert into mail (id, unique_key, template, recipient, language, context)
select m.id, m.unique_key, $1, m.recipient, m.language, m.context
from jsonb_to_recordset($2::jsonb) as m
    (id uuid, unique_key text, recipient text, language text, context jsonb)
returning id;

-- name: add_attachment(mail_id, number, filename, content_type, body)
insert into mail_attachment (mail_id, number, filename, content_type, body)
values ($1, $2, $3, $4, $5);

-- name: mail_is_written(unique_key)
-- not null: written
select exists (select from mail_key where unique_key = $1) as written;

-- name: mail_by_id(id)
-- not null: sent
-- No row: there is no such mail, or what it said has been erased.
select id, recipient, language, context, sent_at is not null as sent
from mail
where id = $1 and erased_at is null;

-- name: attachments_of(mail_id)
select filename, content_type, body from mail_attachment where mail_id = $1 order by number;

-- name: mail_sent(id)
update mail set sent_at = now() where id = $1 and sent_at is null;

-- name: forget_mail(id)
with bare as (
    delete from mail_attachment where mail_id = $1
)
update mail set erased_at = now(), recipient = '', context = '{}'
where id = $1 and sent_at is null and erased_at is null;

-- name: drop_sent_files(hours)
-- Files are with whoever got them; they can be had again from the booking. The table holds those of
-- a day, not of all time.
delete from mail_attachment a using mail m
where m.id = a.mail_id and m.sent_at < now() - make_interval(hours => $1);

-- name: erase_mails(days, limit_count)
-- Erases what a mail said and to whom, so many days after it was sent, or written where it was
-- given up and nothing is going to send it; that it was sent stays. Returns how many.
with sent as (
    select id from mail
    where erased_at is null and sent_at is not null
      and sent_at < now() - make_interval(days => $1)
    limit $2 for update skip locked
), given_up as (
    select m.id from mail m
    where m.sent_at is null and m.erased_at is null
      and m.created_at < now() - make_interval(days => $1)
      and not exists (
          select from job_key k join job j on j.id = k.job_id
          where k.unique_key = 'mail:' || m.unique_key and j.state in ('queued', 'running'))
    limit $2 for update of m skip locked
), old as (
    select id from sent union all select id from given_up
), bare as (
    delete from mail_attachment a using old where a.mail_id = old.id
), marked as (
    update mail m set erased_at = now(), recipient = '', context = '{}'
    from old where m.id = old.id
    returning m.id
)
select count(*) from marked;

-- name: unsent_mails()
-- Mails that were written and have not gone, although nothing is going to send them.
select m.id::text as subject, 'written ' || m.created_at as detail
from mail m
where m.sent_at is null and m.erased_at is null and not exists (
    select
    from job_key k join job j on j.id = k.job_id
    where k.unique_key = 'mail:' || m.unique_key and j.state in ('queued', 'running', 'done'))
limit 50;
