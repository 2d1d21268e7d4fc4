"""How definitions advance from one environment to the next: state, gate, differences, risks."""
