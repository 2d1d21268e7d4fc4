"""A stand-in for `pulumi-language-python`, the program with which the engine runs Python.

The official one comes with the vendor's download only. This one supports preview, up, refresh,
destroy, import, `pulumi install`, `pulumi about`, policy packs and plugins that live in a folder.
Not supported, and answered by gRPC as unimplemented: code generation, `pulumi package add`,
debuggers, type checkers, poetry.
"""
