"""What the tenant of `values` calls an API and its grants, and a grant that it does not have."""

from tpa.tenant.objects import Grant

ORDERS = "https://orders.test"
MINE = "cgr_portal_orders_user"
MACHINE = "cgr_portal_orders_client"
DEFAULT = Grant("cgr_y", "", ORDERS, "user", ("read:orders",))
