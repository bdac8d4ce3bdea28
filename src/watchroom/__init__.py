"""Watchroom: common data for crisis response and prevention in criminal justice and its partners."""
