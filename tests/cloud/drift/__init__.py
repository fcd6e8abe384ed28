"""A stranger with the plain client lays hands on a tenancy: drift names it, an apply puts it right."""
