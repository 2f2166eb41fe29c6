"""Signatures on elliptic curves, as two algorithms of the SDKs make them.

The private key is derived from access key and secret key, so the cloud knows it too and needs no
public key to verify: it finds the number that the client drew, and with it the point.

Our own arithmetic, because `cryptography` has no SM2; P-256 is then only another set of numbers.
"""

import hashlib
import hmac
from typing import Literal

import msgspec

_COUNTERS = 256
_SEQUENCE, _INTEGER = 0x30, 0x02
_USER = b"1234567812345678"
"""The user of SM2 where none is named: GB/T 35276-2017, section 10."""

Point = tuple[int, int]


class Curve(msgspec.Struct, frozen=True):
    """y² = x³ + ax + b modulo `p`, with a point `g` of order `n`."""

    kind: Literal["ecdsa", "sm2"]
    p: int
    a: int
    b: int
    n: int
    g: Point

    def private_number(
        self, algorithm: str, access_key: str, secret_key: str, *, digest: str
    ) -> int:
        """The private key that belongs to an access key (SP 800-108, counter mode, 256 bits)."""
        for counter in range(_COUNTERS):
            data = b"\0\0\0\1%s\0%s%s\0\0\1\0" % (
                algorithm.encode(),
                access_key.encode(),
                bytes([counter]),
            )
            candidate = int.from_bytes(hmac.digest(secret_key.encode(), data, digest), "big")
            if candidate <= self.n - 2:
                return candidate + 1
        raise AssertionError("none of 256 numbers of 256 bits is below the order of the curve")

    def holds(self, signature: str, text: bytes, *, private: int) -> bool:
        """Whether `signature`, in hexadecimal digits of its DER form, is one of `text`."""
        numbers = _numbers(signature)
        if numbers is None or not all(0 < number < self.n for number in numbers):
            return False
        r, s = numbers
        if self.kind == "ecdsa":
            e = int.from_bytes(hashlib.sha256(text).digest(), "big")
            drawn = self.multiply((e + r * private) * pow(s, -1, self.n) % self.n)
            return drawn is not None and drawn[0] % self.n == r
        e = int.from_bytes(hashlib.new("sm3", self._about(private) + text).digest(), "big")
        drawn = self.multiply((s + (r + s) * private) % self.n)
        return drawn is not None and (e + drawn[0]) % self.n == r

    def multiply(self, times: int) -> Point | None:
        """`g` added to itself; None is the point at infinity."""
        found: Point | None = None
        addend: Point | None = self.g
        while times:
            if times & 1:
                found = self._add(found, addend)
            addend = self._add(addend, addend)
            times >>= 1
        return found

    def _add(self, one: Point | None, other: Point | None) -> Point | None:
        if one is None or other is None:
            return one or other
        (x1, y1), (x2, y2) = one, other
        if x1 == x2:
            if (y1 + y2) % self.p == 0:
                return None
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def _about(self, private: int) -> bytes:
        """What SM2 signs ahead of the text: a hash of user, curve and public key."""
        public = self.multiply(private)
        if public is None:
            raise AssertionError("a private key is below the order of the curve")
        numbers = b"".join(
            number.to_bytes(32, "big") for number in (self.a, self.b, *self.g, *public)
        )
        length = (len(_USER) * 8).to_bytes(2, "big")
        return hashlib.new("sm3", length + _USER + numbers).digest()


def _numbers(signature: str) -> tuple[int, int] | None:
    """The two integers of a DER sequence; None when it is none."""
    try:
        data = bytes.fromhex(signature)
    except ValueError:
        return None
    if data[:2] != bytes([_SEQUENCE, (len(data) - 2) % 256]):
        return None
    found, rest = [], data[2:]
    while len(rest) > 2 and rest[0] == _INTEGER:  # noqa: PLR2004 # tag and length
        found.append(int.from_bytes(rest[2 : 2 + rest[1]], "big"))
        rest = rest[2 + rest[1] :]
    return (found[0], found[1]) if len(found) == 2 and not rest else None  # noqa: PLR2004 # r, s


P256 = Curve(
    kind="ecdsa",
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    a=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    g=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
"""NIST SP 800-186, section 3.2.1.3."""

SM2 = Curve(
    kind="sm2",
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    a=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    g=(
        0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
        0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    ),
)
"""GB/T 32918.5-2017."""
