"""The private state: what an association keeps from one night to the next."""
