"""The files of an export: an unzipped folder or the zip itself, with the hashes that its manifest states."""
from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

MANIFEST = 'manifest.json'
CHUNK = 1 << 20


class Archive:
    """Read-only; may be used by the worker processes of a DataLoader, forked or spawned."""

    def __init__(self, path: Path):
        self.path = Path(path)
        self._zip: tuple[int, zipfile.ZipFile] | None = None
        if not self.path.exists():
            raise FileNotFoundError(f'{self.path}: no such folder or zip')
        if not self.path.is_dir() and not zipfile.is_zipfile(self.path):
            raise ValueError(f'{self.path}: neither a folder nor a zip')

    def __getstate__(self) -> dict:
        return dict(path=self.path, _zip=None)

    def _opened(self) -> zipfile.ZipFile:
        # a forked process shares the file's position with its parent: each opens its own
        if self._zip is None or self._zip[0] != os.getpid():
            self._zip = (os.getpid(), zipfile.ZipFile(self.path))
        return self._zip[1]

    def has(self, name: str) -> bool:
        if self.path.is_dir():
            return (self.path / name).is_file()
        return name in self._opened().NameToInfo

    def open(self, name: str) -> BinaryIO:
        """The file's bytes as a stream. Raises FileNotFoundError naming archive and file."""
        parts = PurePosixPath(name)
        if parts.is_absolute() or '..' in parts.parts:
            raise ValueError(f'{name}: leads out of the export')
        if not self.has(name):
            raise FileNotFoundError(f'{self.path}: has no {name}')
        return open(self.path / name, 'rb') if self.path.is_dir() else self._opened().open(name)

    def bytes(self, name: str) -> bytes:
        with self.open(name) as f:
            return f.read()

    def lines(self, name: str):
        """Yields (number from 1, value) of a JSON-lines file; nothing when there is none."""
        if not self.has(name):
            return
        with self.open(name) as f:
            for number, line in enumerate(io.TextIOWrapper(f, 'utf-8'), 1):
                if line.strip():
                    yield number, json.loads(line)

    def manifest(self) -> dict | None:
        """None: a folder that somebody made by hand."""
        return json.loads(self.bytes(MANIFEST)) if self.has(MANIFEST) else None

    def verify(self) -> int:
        """Holds every file against length and SHA-256 in the manifest. Returns how many there are.

        Raises ValueError naming the first file that differs, FileNotFoundError for one that is missing.
        """
        files = (self.manifest() or {}).get('files', {})
        for name, expected in files.items():
            digest, length = hashlib.sha256(), 0
            try:
                with self.open(name) as f:
                    while chunk := f.read(CHUNK):
                        digest.update(chunk)
                        length += len(chunk)
            except zipfile.BadZipFile as error:
                raise ValueError(f'{name}: damaged ({error})') from error
            if length != expected['bytes']:
                raise ValueError(f"{name}: has {length} bytes, the manifest says {expected['bytes']}")
            if digest.hexdigest() != expected['sha256']:
                raise ValueError(f"{name}: has SHA-256 {digest.hexdigest()}, the manifest says {expected['sha256']}")
        return len(files)
