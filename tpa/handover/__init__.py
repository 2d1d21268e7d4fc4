"""`tpa handover`: what a partner's developer needs."""
