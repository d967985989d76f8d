"""The recorded month as WebAssembly: the text that becomes machine code, compiled for a page instead.

LLVM gives a relocatable object. One module alone is already right in its own index space, so nothing has to
be linked: sections that only linkers read are left out, and the function is exported. Format: WebAssembly
Core Specification 2.0, chapter 5 (binary format).
"""

from __future__ import annotations

from collections.abc import Iterator

import llvmlite
import llvmlite.binding as llvm

TRIPLE, FEATURES = "wasm32-unknown-unknown", "+simd128"
OPTIMISATION = 2
"""LLVM's level: the arithmetic is strict, so that it changes speed and size only."""
LANES = 2
"""Runs side by side that fill a vector register of a page."""

CUSTOM, EXPORTS, CODE, DATA = 0, 7, 10, 11
"""Sections, by their numbers in the format."""

HEADING = b"\0asm\1\0\0\0"
NAME = "simulate"


def module(text: str, optimisation: int = OPTIMISATION) -> bytes:
    """A source (see `emit.source`) as a module that exports `simulate`.

    It imports from `env` a memory `__linear_memory` and a mutable i32 `__stack_pointer`; pointers are i32,
    whole numbers i64, in the order of `emit.SIGNATURE`. The bytes hang on the source and the version of LLVM
    alone.

    >>> from sim.engine.emit import SIGNATURE
    >>> module(SIGNATURE + " { ret void }")[:4]
    b'\\x00asm'
    """
    return _exported(_object(text, optimisation))


def maker() -> str:
    """What the bytes of a module hang on besides its source."""
    return f"{llvmlite.__version__} {llvm.llvm_version_info} {OPTIMISATION}"


def _object(text: str, optimisation: int) -> bytes:
    """The relocatable object of a source."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(features=FEATURES, opt=optimisation)
    parsed = llvm.parse_assembly(text)
    parsed.triple, parsed.data_layout = TRIPLE, str(machine.target_data)
    parsed.verify()
    return machine.emit_object(parsed)


def _exported(found: bytes) -> bytes:
    """The object as a module: without what only linkers read, and with its function exported."""
    symbols = next(content for _, content in _sections(found) if content.startswith(_name("linking")))
    # a symbol is its kind, flags, index and name; functions are few, so that an index is one byte
    place = symbols[symbols.index(_name(NAME)) - 1]
    kept = [(number, content) for number, content in _sections(found) if number != CUSTOM]
    # data would have to be placed by a linker; all constants of a month stand in its instructions
    assert DATA not in [number for number, _ in kept], "a month holds no data"
    entry = _unsigned(1) + _name(NAME) + b"\0" + _unsigned(place)
    before = [each for each in kept if each[0] < CODE]
    after = [each for each in kept if each[0] >= CODE]
    return HEADING + b"".join(_section(*each) for each in (*before, (EXPORTS, entry), *after))


def _sections(found: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each section."""
    assert found.startswith(HEADING), "LLVM writes version 1 of the format"
    place = len(HEADING)
    while place < len(found):
        number = found[place]
        size, place = _read_unsigned(found, place + 1)
        yield number, found[place : place + size]
        place += size


def _section(number: int, content: bytes) -> bytes:
    return bytes([number]) + _unsigned(len(content)) + content


def _name(text: str) -> bytes:
    return _unsigned(len(text)) + text.encode()


def _unsigned(value: int) -> bytes:
    """A whole number in LEB128, seven bits a byte, the lowest first."""
    found = bytearray()
    while value >= 128:
        found.append(value % 128 + 128)
        value //= 128
    return bytes([*found, value])


def _read_unsigned(data: bytes, place: int) -> tuple[int, int]:
    """A whole number in LEB128, and where it ends."""
    value = shift = 0
    while data[place] >= 128:
        value |= (data[place] - 128) << shift
        place, shift = place + 1, shift + 7
    return value | data[place] << shift, place + 1
