"""What is shown, how it is found, whether it may be seen."""
