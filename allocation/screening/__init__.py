"""Comparing every new tenant and buyer with the register of employees and relatives."""
