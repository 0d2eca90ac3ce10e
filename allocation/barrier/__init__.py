"""The barrier: private types end here, and only what is named here exists outside."""
