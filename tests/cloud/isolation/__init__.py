"""One department cannot reach another: proved on OVN's pipeline, and with tokens of the departments' own people."""
