-- The task that erases what was noted of refunds looks for those that still say something.
create index refund_note_kept on refund (settled_at) where note <> '';
