"""The mapping of warnings by the Common Alerting Protocol."""
