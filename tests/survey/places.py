"""What the tenant of `values` calls an API and its grants."""

ORDERS = "https://orders.test"
MINE = "cgr_portal_orders_user"
MACHINE = "cgr_portal_orders_client"
