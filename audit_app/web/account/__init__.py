"""A person's own account: password, second factors, sign-ins."""
