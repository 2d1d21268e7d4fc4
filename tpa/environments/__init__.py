"""How definitions advance from one environment to the next: records, proof, differences, risk."""
