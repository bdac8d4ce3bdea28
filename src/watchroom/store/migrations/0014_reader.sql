-- Reads have a login of their own, which can say nothing of who asks. The facts about the asker are written by a
-- function of each audience, which believes only what the node's process vouches for under the secret of this table.

create table gate.vouching (
    is_only boolean primary key default true check (is_only),
    inner_key bytea not null check (length(inner_key) = 64),
    outer_key bytea not null check (length(outer_key) = 64)
);
comment on table gate.vouching is 'Under what the process of the node vouches for facts about an asker. Of this database alone, never backed up.';
comment on column gate.vouching.inner_key is 'One block of SHA-256, random; with the other key as in HMAC, whose two keys come from one.';

insert into gate.vouching (inner_key, outer_key)
select
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());

grant select on gate.vouching to :"app";
revoke all on gate.asking from :"app";
