"""What a delivery looks like before anybody has mapped it, and where its columns probably belong."""
