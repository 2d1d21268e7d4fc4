"""What is live in a tenant, held against the files: who may do what, what differs, what is new."""
