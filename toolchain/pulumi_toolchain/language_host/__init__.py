"""A stand-in for `pulumi-language-python`, the program with which the engine runs Python.

The official one comes with the vendor's download only. This one serves what the engine asks for
in preview, up, refresh, destroy, import, `pulumi install`, `pulumi about`, policy packs and plugins
that live in a folder. Not offered, and answered as such by gRPC itself: code generation, `pulumi
package add`, debuggers, type checkers, poetry.
"""
