#!/usr/bin/env python3
"""Checks a Printkeep access log from its files alone, with nothing but Python's own library.

    check_log.py FOLDER VERIFIER                         signature, leaves, root
    check_log.py FOLDER VERIFIER inclusion N PROOF       and that PROOF (hex, comma-separated) includes leaf N
    check_log.py FOLDER VERIFIER consistency OLD PROOF   and that PROOF leads from checkpoint file OLD to now
    check_log.py FILE VERIFIER                           that the leaf in FILE (C2SP tlog-proof) is in the signed log

It shares no code with the program that wrote the log. Formats: C2SP tlog-tiles, tlog-checkpoint, tlog-proof and signed-note;
tree: RFC 6962 and RFC 9162; signature: RFC 8032, written down here from the specification.
"""
import base64
import hashlib
import json
import pathlib
import sys
import uuid

# ---- Ed25519 (RFC 8032, 5.1), verification only -------------------------------------------------------------
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n, o, p = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P, 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, p - o, p + o, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P or y >= P:
        raise ValueError("not a point")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(public, message, signature):
    r, s = decode(signature[:32]), int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = times(s, BASE), add(r, times(h, decode(public)))
    return s < Q and (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- the tree (RFC 6962, 2.1) --------------------------------------------------------------------------------
def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes):
    stack = []  # (height, hash) of complete subtrees, as a binary counter
    for hash_ in hashes:
        height = 0
        while stack and stack[-1][0] == height:
            hash_, height = node(stack.pop()[1], hash_), height + 1
        stack.append((height, hash_))
    if not stack:
        return hashlib.sha256(b"").digest()
    whole = stack.pop()[1]
    while stack:
        whole = node(stack.pop()[1], whole)
    return whole


def included(hash_, index, size, proof):
    """The root that the proof leads to (RFC 9162, 2.1.3.2)."""
    last = size - 1
    for step in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            hash_ = node(step, hash_)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash_ = node(hash_, step)
        index, last = index >> 1, last >> 1
    return hash_ if last == 0 else None


def consistent(old, new, old_root, proof):
    """The pair of roots that the proof leads to (RFC 9162, 2.1.4.2)."""
    if old == new:
        return (old_root, old_root) if not proof else None
    if old & (old - 1) == 0:
        proof = [old_root] + proof
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = proof[0]
    for step in proof[1:]:
        if last == 0:
            return None
        if index & 1 or index == last:
            before, after = node(step, before), node(step, after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = node(after, step)
        index, last = index >> 1, last >> 1
    return (before, after) if last == 0 else None


# ---- the files -----------------------------------------------------------------------------------------------
def place(folder, row, number, width):
    name = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        name = f"x{number % 1000:03}/{name}"
    return folder / "tile" / row / (name if width == 256 else f"{name}.p/{width}")


def checkpoint(text, verifier):
    name, key_id, key = verifier.split("+", 2)
    key = base64.b64decode(key)
    body, signatures = text.rsplit("\n\n", 1)
    body += "\n"
    for line in signatures.splitlines():
        dash, signer, blob = line.split(" ")
        blob = base64.b64decode(blob)
        if dash == "\u2014" and signer == name and blob[:4].hex() == key_id and signed_by(key[1:], body.encode(), blob[4:]):
            origin, size, top = body.splitlines()[:3]
            if origin != name:
                sys.exit("what is signed is not a checkpoint of this log")
            return int(size), base64.b64decode(top)
    sys.exit("the checkpoint is not signed by this key")


def part(data):
    return len(data).to_bytes(8, "big") + data


def number(value):
    return value.to_bytes(8, "big", signed=True)


def note(leaf_, opening):
    """The digest in a leaf over what the line beside it says: each part with its length before it."""
    parts = [b"note", base64.b64decode(opening["salt"]), uuid.UUID(opening["person"]).bytes, number(leaf_["at"])]
    parts += [leaf_[name].encode() for name in ("role", "act", "what", "purpose")]
    parts += [opening["reason"].encode()] if "reason" in opening else []
    parts += [b"told" + number(opening["told_at"])] if "told_at" in opening else []
    return hashlib.sha256(b"".join(map(part, parts))).hexdigest()


def alone(text, verifier):
    """A leaf that came with its proof, without the log."""
    head, signed = text.split("\n\n", 1)
    kind, extra, index, *path = head.split("\n")
    if kind != "c2sp.org/tlog-proof@v1":
        sys.exit("this is not a proof of a leaf")
    extra = json.loads(base64.b64decode(extra.removeprefix("extra "), validate=True))
    index = int(index.removeprefix("index "))
    size, top = checkpoint(signed, verifier)
    path = [base64.b64decode(step, validate=True) for step in path]
    if not 0 <= index < size or included(leaf(extra["leaf"].encode()), index, size, path) != top:
        sys.exit("the proof does not include this leaf")
    print(f"leaf {index} of {size}: {extra['leaf']}")
    if "opening" in extra:
        if note(json.loads(extra["leaf"]), extra["opening"]) != json.loads(extra["leaf"])["note"]:
            sys.exit("the leaf is not about whom the proof says")
        print(f"about {extra['opening']['person']}")


def main():
    folder, verifier = pathlib.Path(sys.argv[1]), sys.argv[2]
    if folder.is_file():
        return alone(folder.read_text("utf-8"), verifier)
    size, top = checkpoint((folder / "checkpoint").read_text("utf-8"), verifier)
    hashes, altered = [], []
    for number in range((size + 255) // 256):
        width = min(256, size - number * 256)
        data, tile = place(folder, "entries", number, width).read_bytes(), place(folder, "0", number, width).read_bytes()
        for i in range(width):
            length = int.from_bytes(data[:2], "big")
            hashes.append(leaf(data[2 : 2 + length]))
            data = data[2 + length :]
            if hashes[-1] != tile[32 * i : 32 * i + 32]:
                altered.append(len(hashes) - 1)
    if altered:
        sys.exit(f"leaf {altered[0]} was altered, or its hash was")
    if root(hashes) != top:
        sys.exit("the leaves do not add up to the signed root")
    print(f"{size} leaves, root {top.hex()}")
    if sys.argv[3:4] == ["inclusion"]:
        proof = [bytes.fromhex(h) for h in sys.argv[5].split(",") if h]
        if included(hashes[int(sys.argv[4])], int(sys.argv[4]), size, proof) != top:
            sys.exit("the proof does not include this leaf")
    if sys.argv[3:4] == ["consistency"]:
        old, old_root = checkpoint(pathlib.Path(sys.argv[4]).read_text("utf-8"), verifier)
        proof = [bytes.fromhex(h) for h in sys.argv[5].split(",") if h]
        if consistent(old, size, old_root, proof) != (old_root, top):
            sys.exit("the log does not continue the older one")


main()
