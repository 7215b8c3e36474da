-- Budgets are adjusted as limits are: what is held comes back with the payment, not by the minute.

alter table adjusted_limit alter column per_minute drop not null;
comment on column adjusted_limit.per_minute is
    'Null: a budget, which nothing refills by the minute.';
