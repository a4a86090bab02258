"""Hands IP packets from one TUN device on to another after a fixed delay.

Arguments: name of the device packets are taken from, name of the device they come out of, delay in milliseconds.
File descriptors 3 and 4 are /dev/net/tun, opened by whoever starts this. Ends when standard input does.
"""

import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
WAITING_MAX = 10000

source, target, delay = 3, 4, int(sys.argv[3]) / 1000
fcntl.ioctl(source, TUNSETIFF, struct.pack("16sH22x", sys.argv[1].encode(), IFF_TUN | IFF_NO_PI))
fcntl.ioctl(target, TUNSETIFF, struct.pack("16sH22x", sys.argv[2].encode(), IFF_TUN | IFF_NO_PI))
os.set_blocking(source, False)

waiting = collections.deque()
while True:
    pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    readable = select.select([0, source], [], [], pause)[0]
    if 0 in readable and not os.read(0, 1):
        break
    if source in readable:
        packet = os.read(source, 65536)
        if len(waiting) < WAITING_MAX:
            waiting.append((time.monotonic() + delay, packet))
    while waiting and waiting[0][0] <= time.monotonic():
        try:
            os.write(target, waiting.popleft()[1])
        except OSError:
            pass  # The host is rebooting; a packet on the way is lost, as on a real line.
