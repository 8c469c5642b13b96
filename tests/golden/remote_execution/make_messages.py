#!/usr/bin/env python3
"""Encodes Remote Execution API messages with the protobuf library, for cache/remote_execution_test.

Usage: make_messages.py > messages.txt       (needs the Python package `protobuf`)

The descriptors below hold only what Tundish encodes; names and numbers are those of
remote_execution.proto, version 2. Each line of the output: name, then the bytes in hexadecimal.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

F = descriptor_pb2.FieldDescriptorProto
PACKAGE = "build.bazel.remote.execution.v2"
MESSAGES = {
    "Digest": [("hash", 1, F.TYPE_STRING), ("size_bytes", 2, F.TYPE_INT64)],
    "NameValue": [("name", 1, F.TYPE_STRING), ("value", 2, F.TYPE_STRING)],
    "Platform": [("properties", 1, "*NameValue")],
    "Command": [
        ("arguments", 1, "*"),
        ("environment_variables", 2, "*NameValue"),
        ("output_paths", 7, "*"),
    ],
    "FileNode": [("name", 1, F.TYPE_STRING), ("digest", 2, "Digest"), ("is_executable", 4, F.TYPE_BOOL)],
    "DirectoryNode": [("name", 1, F.TYPE_STRING), ("digest", 2, "Digest")],
    "Directory": [("files", 1, "*FileNode"), ("directories", 2, "*DirectoryNode")],
    "Action": [
        ("command_digest", 1, "Digest"),
        ("input_root_digest", 2, "Digest"),
        ("salt", 9, F.TYPE_BYTES),
        ("platform", 10, "Platform"),
    ],
}


def make_classes():
    file = descriptor_pb2.FileDescriptorProto(name="re.proto", package=PACKAGE, syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field_name, number, kind in fields:
            field = message.field.add(name=field_name, number=number, label=F.LABEL_OPTIONAL)
            if isinstance(kind, str):
                if kind.startswith("*"):
                    field.label = F.LABEL_REPEATED
                kind = kind.lstrip("*")
                field.type = F.TYPE_MESSAGE if kind else F.TYPE_STRING
                if kind:
                    field.type_name = f".{PACKAGE}.{kind}"
            else:
                field.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
        for name in MESSAGES
    }


def main():
    c = make_classes()

    def digest(byte, size):
        return c["Digest"](hash=f"{byte:02x}" * 32, size_bytes=size)

    def pairs(*items):
        return [c["NameValue"](name=n, value=v) for n, v in items]

    examples = {
        "command_empty": c["Command"](),
        "command": c["Command"](
            arguments=["tundish", "compile", "", "--target=cpu:znver4"],
            environment_variables=pairs(("A", ""), ("LANG", "C"), ("Z\u00e4", "\u00fc" * 100)),
            output_paths=["executable", "report.json"],
        ),
        "directory_empty": c["Directory"](),
        "directory": c["Directory"](
            files=[
                c["FileNode"](name="a.mlir", digest=digest(0x01, 0)),
                c["FileNode"](name="b", digest=digest(0xAB, 2**40), is_executable=True),
            ],
            directories=[c["DirectoryNode"](name="parameters", digest=digest(0x7F, 300))],
        ),
        "action": c["Action"](command_digest=digest(0x11, 127), input_root_digest=digest(0x22, 128)),
        "action_full": c["Action"](
            command_digest=digest(0x11, 127),
            input_root_digest=digest(0x22, 0),
            salt=b"\x00salt\xff",
            platform=c["Platform"](
                properties=pairs(("compiler", "iree-3.13.0"), ("os", "linux"), ("os", "posix"))
            ),
        ),
    }
    for name, message in examples.items():
        print(name, message.SerializeToString(deterministic=True).hex())


if __name__ == "__main__":
    main()
