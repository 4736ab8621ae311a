class BackupError(Exception):
    """One sentence for a tired person; nothing was half done when it is raised."""
