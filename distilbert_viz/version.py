"""Which version of this app it is, as exported files name it."""

VERSION = "0.1.0"
