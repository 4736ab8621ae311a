"""Pictures: bytes, variants, storage, avatars."""
