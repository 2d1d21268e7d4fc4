"""`tpa access`: what each application may call, and what decides it."""
