#!/usr/bin/env python3
"""Takes chosen parts out of a wheel (zip) or a crate (tar.gz).

usage: unpack.py [--sha256 HEX] ARCHIVE FOLDER MEMBER=PATH...

A MEMBER that ends in / stands for everything below it; PATH is where it goes inside FOLDER ("x/=" strips
the prefix). Programs become executable: neither archive format keeps the mode reliably.
A problem is one line on stderr and exit status 1.
"""

import hashlib
import pathlib
import shutil
import sys
import tarfile
import zipfile


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def files(archive):
    """Yields (name, open function) for each regular file."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as bundle:
            for info in bundle.infolist():
                if not info.is_dir():
                    yield info.filename, lambda info=info: bundle.open(info)
    else:
        with tarfile.open(archive, "r:gz") as bundle:
            for info in bundle:
                if info.isfile():
                    yield info.name, lambda info=info: bundle.extractfile(info)


def place(name, rules):
    """Returns the rule that takes `name`, and where it goes."""
    for member, path in rules:
        if name == member or (member.endswith("/") and name.startswith(member)):
            return member, path + name[len(member) :] if member.endswith("/") else path
    return None, None


def unpack(archive, folder, rules):
    unused = {member for member, _ in rules}
    for name, open_file in files(archive):
        member, path = place(name, rules)
        if member is None:
            continue
        if pathlib.PurePosixPath(path).is_absolute() or ".." in pathlib.PurePosixPath(path).parts:
            raise ValueError(f"{archive}: refusing to unpack {name!r} outside of its folder")
        unused.discard(member)
        target = pathlib.Path(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with open_file() as source, open(target, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
        with open(target, "rb") as file:
            magic = file.read(4)
        if (magic == b"\x7fELF" and ".so" not in target.name) or magic[:2] == b"#!":
            target.chmod(0o755)
    if unused:
        raise ValueError(f"{archive}: holds no {', '.join(sorted(unused))}")


def main(arguments):
    expected = None
    if arguments[:1] == ["--sha256"]:
        expected, arguments = arguments[1], arguments[2:]
    archive, folder, *rules = arguments
    try:
        if expected and sha256_of(archive) != expected:
            raise ValueError(f"{archive}: SHA-256 is {sha256_of(archive)}, expected {expected}")
        unpack(archive, folder, [tuple(rule.split("=", 1)) for rule in rules])
    except (OSError, ValueError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
