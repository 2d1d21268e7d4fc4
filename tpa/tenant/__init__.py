"""What a tenant has, read through the Management API and named as in the files."""
