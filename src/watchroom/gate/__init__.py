"""The door: who asks, for which purpose, as known at which instant, decides which relations exist.

`door.Gate.read` opens a transaction whose relations are exactly what that audience may see, and writes the
audit entry before it gives anything back. Deny by default; any failure gives nothing.
"""
