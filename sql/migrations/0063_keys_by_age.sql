-- needs: 0039
-- A key of the task ledger goes with the archive of its job's month: what is so old is repeated by
-- nobody. Jobs are written in the order of their ids, so a few pages of ranges find the old ones.
create index job_key_by_age on job_key using brin (job_id);
