"""What a tenant has, read through the Management API, in the words of the files."""
