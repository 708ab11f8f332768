#!/usr/bin/python3
"""Run a command where every name look-up goes to a port that never answers.

    unshare -c --keep-caps -m -n silent_dns.py WATCHED COMMAND ...

To be run in mount and network namespaces of its own, where it may replace
/etc/resolv.conf and take port 53.  The port stays open while the file WATCHED
(a postmaster.pid, say) exists, or until ten minutes have passed.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def start_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = fcntl.ioctl(s, SIOCGIFFLAGS, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack("16sh22x", request)[1]
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))


def replace_resolver():
    with tempfile.NamedTemporaryFile("w", suffix=".resolv", delete=False) as file:
        file.write("nameserver 127.0.0.1\noptions timeout:30 attempts:5\n")
    subprocess.run(["mount", "--bind", file.name, "/etc/resolv.conf"], check=True)
    os.unlink(file.name)


def main():
    watched, command = sys.argv[1], sys.argv[2:]
    start_loopback()
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.bind(("127.0.0.1", 53))
    replace_resolver()
    status = subprocess.run(command, check=False).returncode
    if status != 0 or os.fork() != 0:
        sys.exit(status)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    until = time.time() + 600
    while os.path.exists(watched) and time.time() < until:
        time.sleep(0.2)


main()
