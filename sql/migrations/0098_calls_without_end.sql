-- A call to an operator is written when it is asked, and once more when it has ended: one that has
-- no time was asked by a process that has not said how it ended, or was killed.
alter table operator_call alter column took_ms drop not null;
