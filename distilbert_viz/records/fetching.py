"""What would come from the hub, and how much of it has come."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HubFile:
    """A file of a repository: bytes, and its checksum, SHA-256 where it is `large`, else git's SHA-1 of a blob."""

    name: str
    size: int
    checksum: str
    large: bool


@dataclass(frozen=True)
class Parcel:
    """All that a model needs from one repository at one commit; `licence` is what its card says, `here` counts bytes on disk."""

    repository: str
    revision: str
    commit: str
    licence: str | None
    files: tuple[HubFile, ...]
    here: int

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Fetched:
    """`done` of `total` bytes lie on this disk, `began` of them before this fetch; `file` is what comes now."""

    file: str
    done: int
    total: int
    began: int
