"""The public log: what was published each night, in a form that cannot be changed unseen."""
