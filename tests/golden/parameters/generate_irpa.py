#!/usr/bin/env python3
"""Writes mixed.irpa from the layout that IREE's parameter_archive.h documents.

key0 = 4xf32 of 100.1, key1 = 5xi8 of 101 (stored); key2 = one byte 102, key3 = 4096x1024xi64 of 103
(splats); an erased entry between them; a second archive, linked, with key4 = 2xi16 of 1, 2.

Usage: generate_irpa.py > mixed.irpa
"""
import struct
import sys


def archive(entries, metadata, storage, next_offset):
    table = b""
    for entry in entries:
        table += entry + b"\0" * (-len(entry) % 16)
    at = 96
    ranges = []
    body = b""
    for segment, alignment in ((table, 16), (metadata, 1), (storage, 64)):
        body += b"\0" * (-(at + len(body)) % alignment)
        ranges += [at + len(body), len(segment)]
        body += segment
    header = struct.pack("<4sHHQQQQ6Q", b"IRPA", 0, 0, 88, next_offset, 0, len(entries), *ranges)
    return header + b"\0" * (at - len(header)) + body


def entry(kind, name_offset, name, payload):
    size = 60 + len(payload)
    return struct.pack("<QIQQQQQQ", size, kind, 0, name_offset, len(name), 0, 0, 64) + payload


def data(name_offset, name, offset, length):
    return entry(2, name_offset, name, struct.pack("<QQ", offset, length))


def splat(name_offset, name, length, pattern):
    return entry(1, name_offset, name, struct.pack("<Q16sB", length, pattern, len(pattern)))


first = archive(
    [data(0, "key0", 0, 16), entry(0, 0, "", b""), data(4, "key1", 64, 5),
     splat(8, "key2", 1, b"\x66"), splat(12, "key3", 4096 * 1024 * 8, struct.pack("<q", 103))],
    b"key0key1key2key3", struct.pack("<4f", *[100.1] * 4) + b"\0" * 48 + b"\x65" * 5, 1024)
assert len(first) <= 1024
second = archive([data(0, "key4", 0, 4)], b"key4", struct.pack("<2h", 1, 2), 0)
sys.stdout.buffer.write(first + b"\0" * (1024 - len(first)) + second)
