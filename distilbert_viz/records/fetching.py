"""What would come from the hub, and how much of it has come."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HubFile:
    """A file of a repository: bytes, and its checksum, SHA-256 where it is `large`, else git's SHA-1 of a blob.

    Where a mirror lists neither, the size is 0 and the checksum empty.
    """

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

    @property
    def by_files(self) -> bool:
        """Whether sizes or checksums are unknown, so that files alone can be counted, and none resumed or checked."""
        return not all(file.checksum for file in self.files)


@dataclass(frozen=True)
class Fetched:
    """`done` of `total` bytes lie on this disk, `began` of them before this fetch; `file` is what comes now.

    With `by_files` it is files that are counted.
    """

    file: str
    done: int
    total: int
    began: int
    by_files: bool = False
