"""AES-256-GCM in chunks, after the STREAM construction: a chunk that is missing, moved, repeated or of another file
does not open, and neither does a file whose end is missing.

Each file has a key of its own, derived from the secret, a salt and the name the file has in its backup.
"""

import hashlib
import hmac
import io
import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.backup.faults import BackupError

SUFFIX = ".sealed"
LEAST = 32  # characters; they are taken for random, so none of them is stretched
MAGIC = b"gallery sealed 1\n"
SALT, MARK, TAG = 32, 8, 16
CHUNK = 256 * 1024


class Key:
    def __init__(self, text: str) -> None:
        if len(text) < LEAST:
            raise BackupError(f"The key of a backup must have {LEAST} or more random characters.")
        self.secret = derived(text.encode(), b"", "secret")
        self.mark = derived(self.secret, b"", "mark")[:MARK]  # tells a wrong key from a damaged file

    def cipher(self, salt: bytes, name: str) -> AESGCM:
        return AESGCM(derived(self.secret, salt, f"file {name}"))

    def alias(self, sha256: str) -> str:
        """Whoever reads the folder does not learn which known pictures are in it; another key has other names."""
        return hmac.new(derived(self.secret, b"", "names"), sha256.encode(), hashlib.sha256).hexdigest()


def derived(secret: bytes, salt: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt, f"gallery backup {purpose}".encode()).derive(secret)


def nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


class Sealer(io.RawIOBase):
    """What is not finished does not open: an exception on the way leaves no file that looks whole."""

    def __init__(self, file: IO[bytes], key: Key, name: str) -> None:
        salt = os.urandom(SALT)
        file.write(MAGIC + key.mark + salt)
        self.file, self.cipher = file, key.cipher(salt, name)
        self.waiting, self.number = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # gzip hands over bytes
        self.waiting += data
        while len(self.waiting) > CHUNK:  # never the last one: that one knows that it is
            self.seal(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        return len(data)

    def seal(self, chunk: bytes, *, last: bool) -> None:
        self.file.write(self.cipher.encrypt(nonce(self.number, last=last), chunk, None))
        self.number += 1

    def finish(self) -> None:
        self.seal(bytes(self.waiting), last=True)


class Opener(io.RawIOBase):
    def __init__(self, file: IO[bytes], key: Key, name: str) -> None:
        self.file, self.name = file, name
        head = exactly(file, len(MAGIC) + MARK + SALT)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + MARK + SALT:
            raise BackupError(f"{name} is damaged: it does not begin as a sealed file does.")
        if head[len(MAGIC) :][:MARK] != key.mark:
            raise BackupError("This is not the key that the backup was made with.")
        self.cipher = key.cipher(head[-SALT:], name)
        self.ahead, self.opened, self.number = exactly(file, CHUNK + TAG), b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what BufferedReader hands over
        while not self.opened:
            if not self.ahead and self.number:
                return 0
            self.open_next()
        size = min(len(buffer), len(self.opened))
        buffer[:size], self.opened = self.opened[:size], self.opened[size:]
        return size

    def open_next(self) -> None:
        sealed, self.ahead = self.ahead, exactly(self.file, CHUNK + TAG)
        try:
            self.opened = self.cipher.decrypt(nonce(self.number, last=not self.ahead), sealed, None)
        except InvalidTag:
            raise BackupError(f"{self.name} is damaged, or its end is missing.") from None
        self.number += 1


def exactly(file: IO[bytes], size: int) -> bytes:
    """A socket gives less than it is asked for long before its end."""
    found = bytearray()
    while len(found) < size and (more := file.read(size - len(found))):
        found += more
    return bytes(found)


def sealed(data: bytes, key: Key, name: str) -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, key, name)
    sealer.write(data)
    sealer.finish()
    return file.getvalue()


def opened(file: IO[bytes], key: Key, name: str) -> io.BufferedReader:
    return io.BufferedReader(Opener(file, key, name), CHUNK)
