-- What the audience views know of the asker: for which audience the question is, the day, and the clearance.

alter table gate.asking
add column audience text,
add column today date,
add column clearances text[] not null default '{}';
comment on column gate.asking.audience is 'Hash of the one audience for which these facts hold.';
comment on column gate.asking.today is 'Day of the node, in its own zone.';
comment on column gate.asking.clearances is 'Classifications that the asker is cleared for.';
