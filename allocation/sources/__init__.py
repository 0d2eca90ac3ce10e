"""Reading the night's export and the register: edges that touch files."""
