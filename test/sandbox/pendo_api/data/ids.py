"""Identifiers as Pendo makes them."""

import base64
import zlib

ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'


def object_id(rnd):
    """27 characters of URL-safe base64."""
    return base64.urlsafe_b64encode(rnd.randbytes(20)).decode().rstrip('=')


def poll_id(rnd):
    return ''.join(rnd.choices(ALPHABET, k=11))


def anonymous_id(rnd):
    return '_PENDO_T_' + ''.join(rnd.choices(MIXED, k=11))


def id_hash(text):
    """An unsigned 32-bit hash; which one Pendo takes is not known."""
    return zlib.crc32(text.encode('utf-8', 'surrogatepass'))
