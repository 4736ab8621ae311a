"""The gallery as a folder of files, and a gallery from such a folder. What a backup is stands in manifest.py."""
