-- In which language somebody who works here is written to: that of their last sign-in.

alter table staff add column language text not null default 'en';
