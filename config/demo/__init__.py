"""What a demo gallery is filled with."""
