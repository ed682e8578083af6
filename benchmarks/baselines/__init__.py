"""Systems that the benchmark compares, one small file each. `system.py` is what another one needs to join."""
