"""Raw rows become records, all or nothing; what does not fit is quarantined."""
