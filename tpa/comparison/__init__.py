"""What files, a stack's record and a tenant say of one environment, in comparable facts."""
