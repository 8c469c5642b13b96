#!/usr/bin/env python3
"""Chooses the version of each locked Debian package that apt is to install.

usage: apt-cache show --all-versions NAME... | choose_debian.py [--newest] < ... "NAME VERSION SHA256 SERIES"...

Prints NAME=VERSION for each package. The locked version wins where the archive still has it, and then
its SHA-256 must be the locked one. Debian drops a version once an update is out: then the newest one of
the same upstream version (or series) is taken, with a notice. With --newest that is taken at once.
"""

import sys


def upstream(version):
    return version.split(":", 1)[-1].rsplit("-", 1)[0]


def offers(text):
    """Maps a package to its (version, sha256) pairs, newest first as apt-cache prints them."""
    found = {}
    for paragraph in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] not in " \t"
        )
        if {"Package", "Version", "SHA256"} <= fields.keys():
            found.setdefault(fields["Package"], []).append((fields["Version"], fields["SHA256"]))
    return found


def choose(name, version, sha256, series, available, newest):
    locked = dict(available).get(version)
    if locked and not newest:
        if locked != sha256:
            raise ValueError(
                f"{name} {version} has SHA-256 {locked} in apt's lists, debian.lock has {sha256}; "
                "check the package sources of this machine before going on"
            )
        return version
    for offered, _ in available:
        same = upstream(offered).startswith(series) if series else upstream(offered) == upstream(version)
        if same:
            if offered != version:
                print(f"setup: notice: {name} {offered} is installed in place of {version}", file=sys.stderr)
            return offered
    raise ValueError(
        f"{name} {version} is not offered by apt (offered: {', '.join(v for v, _ in available) or 'nothing'}); "
        "use Debian 12 with its main archive, or provide the packages yourself and pass --skip-debian"
    )


def main(arguments):
    newest = "--newest" in arguments
    available = offers(sys.stdin.read())
    for row in (a for a in arguments if a != "--newest"):
        name, version, sha256, series = (row.split() + [""])[:4]
        try:
            print(f"{name}={choose(name, version, sha256, series, available.get(name, []), newest)}")
        except ValueError as error:
            print(f"setup: error: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
