-- Whether labels of a resource say that it is kept closer than the rest: restricted, or very restricted.
create macro is_labelled(labels) as regexp_matches(labels, 'v3-Confidentiality\|[RV]');
