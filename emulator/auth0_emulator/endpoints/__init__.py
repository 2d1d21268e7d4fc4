"""What the tenant answers: one module per kind of object or per protocol, with body shapes,
rules and operations. Nothing here knows HTTP.
"""
