-- The request that a job was written for, for whoever follows one through the log: its id, or that
-- of the caller's trace. A job that a job writes inherits it.
alter table job add column request_id text;
-- From a customer's request to all that it set off.
create index job_of_request on job (request_id) where request_id is not null;
