"""HTTP on one side, the endpoints on the other; and the control plane of the emulator itself."""
