-- The audit log: entries that only grow, bodies that may lawfully be erased, and the frontier of the tree.

create table audit.entry (
    index bigint primary key check (index >= 0),
    header text not null,
    leaf_hash bytea not null check (octet_length(leaf_hash) = 32)
);
comment on table audit.entry is 'One entry of the audit log; never changed, never deleted.';
comment on column audit.entry.index is 'Place in the log, from 0, without gaps.';
comment on column audit.entry.header is 'Canonical JSON: the exact bytes that the tree commits to.';
comment on column audit.entry.leaf_hash is 'RFC 6962 leaf hash of the header; a convenience, never evidence.';

-- No foreign key: it would cost more than the rest of the insert, and verification is stricter than it.
create table audit.body (
    index bigint primary key,
    salt bytea not null,
    body text not null
);
comment on table audit.body is 'Whom an entry is about, which fields, what detail; erased at the end of retention.';
comment on column audit.body.salt is '16 random bytes; the header holds SHA-256 of salt and body.';

create table audit.frontier (
    is_only boolean primary key default true check (is_only),
    size bigint not null check (size >= 0),
    hashes bytea[] not null
);
comment on table audit.frontier is 'What the next append needs to know of the tree; one row.';
comment on column audit.frontier.size is 'Number of entries.';
comment on column audit.frontier.hashes is 'Roots of the complete subtrees, the largest first.';
insert into audit.frontier (size, hashes) values (0, '{}');

grant select, insert on audit.entry, audit.body to :"audit";
grant select, update on audit.frontier to :"audit";
