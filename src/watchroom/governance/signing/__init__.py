"""Signing a version: what exactly is signed, who has, and whose signature is missing."""
