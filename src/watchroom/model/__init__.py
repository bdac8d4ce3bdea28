"""The common data model, its code lists, words and jurisdiction packs."""
