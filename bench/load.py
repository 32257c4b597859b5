"""Requests over kept connections, from processes of their own, with as little of a client's own cost as can be."""

from __future__ import annotations

import multiprocessing
import socket
import statistics
import time
from dataclasses import dataclass

LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True)
class Figures:
    """Requests a second of all clients together, and how long one took, in milliseconds."""

    per_second: float
    p50: float
    p95: float


def measure(port: int, body: bytes, clients: int, seconds: float) -> Figures:
    """Let so many clients ask one after the other for so long."""
    lines = ["POST /_admin/api HTTP/1.1", "Host: 127.0.0.1", "Content-Type: text/plain", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, "", ""])
    context = multiprocessing.get_context("fork")
    with context.Pool(clients) as pool:
        arguments = [(port, head.encode() + body, seconds)] * clients
        times = sorted(each for found in pool.starmap(_ask, arguments, chunksize=1) for each in found)
    return Figures(len(times) / seconds, statistics.median(times) * 1000, times[int(len(times) * 0.95)] * 1000)


def _ask(port: int, request: bytes, seconds: float) -> list[float]:
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _warm_up in range(3):
            _round_trip(connection, request)
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            _round_trip(connection, request)
            times.append(time.perf_counter() - start)
    return times


def _round_trip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(request)
    answer = connection.recv(262144)
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(262144)
    head, _, body = answer.partition(b"\r\n\r\n")
    _, told, length = head.lower().partition(b"content-length:")
    left = int(length.split()[0]) - len(body) if told else 0
    pieces = [body]
    while left > 0 or not (told or pieces[-1].endswith(LAST_CHUNK)):
        pieces.append(connection.recv(262144))
        left -= len(pieces[-1])
    whole = b"".join(pieces).removesuffix(LAST_CHUNK)
    # Errors are answered quickly too: they must not pass for speed.
    if not whole.rstrip().endswith(b"null}"):
        raise RuntimeError(answer[:500].decode())
