"""The example node: writes source-system files, never model rows."""
