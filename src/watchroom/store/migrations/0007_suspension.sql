-- A suspension is kept by what was decided, and no longer with an audience: audiences are derived, made anew by every
-- new version of the views and never backed up. What somebody closed stays closed.

create table gate.suspension (
    policy_hash text not null,
    organisation text not null,
    roles text[] not null,
    purpose text not null,
    suspended_at timestamptz not null,
    primary key (policy_hash, organisation, roles, purpose)
);
comment on table gate.suspension is 'Whoever holds these roles is given nothing for this purpose under this policy.';
comment on column gate.suspension.roles is 'Sorted; whoever holds them all is meant, whatever else they hold.';
comment on column gate.suspension.suspended_at is 'Machine time.';

insert into gate.suspension (policy_hash, organisation, roles, purpose, suspended_at)
select
    audience.policy_hash,
    audience.definition ->> 'organisation',
    array(select jsonb_array_elements_text(audience.definition -> 'roles')),
    audience.definition ->> 'purpose',
    min(audience.suspended_at)
from gate.audience
where audience.suspended_at is not null
group by 1, 2, 3, 4;

alter table gate.audience drop column suspended_at;

grant select on gate.suspension to :"app";
grant select, insert on gate.suspension to :"migrator";
