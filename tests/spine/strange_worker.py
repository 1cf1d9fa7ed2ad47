"""What a worker may do to us, on request; imported in the child only."""

import json
import os
import resource
import time


def answer(request: bytes) -> bytes:
    match request.split(b" ", 1):
        case [b"echo", words]:
            return words
        case [b"pid"]:
            return str(os.getpid()).encode()
        case [b"environment"]:
            return json.dumps(dict(os.environ)).encode()
        case [b"limits"]:
            kinds = (resource.RLIMIT_DATA, resource.RLIMIT_CORE, resource.RLIMIT_CPU)
            return json.dumps([resource.getrlimit(kind)[0] for kind in kinds]).encode()
        case [b"print", words]:
            print(words.decode(), flush=True)
            os.write(2, words)
            return b"printed"
        case [b"raise", words]:
            raise ValueError(words.decode())
        case [b"hostile"]:
            raise type("evil\nname", (Exception,), {})
        case [b"die"]:
            os._exit(3)
        case [b"hang"]:
            time.sleep(600)
        case [b"spin"]:
            while True:
                pass
        case [b"burn", seconds]:
            until = time.process_time() + float(seconds)
            while time.process_time() < until:
                pass
            return b"burnt"
        case [b"fill", size]:
            return str(len(bytearray(int(size)))).encode()
        case [b"nonsense"]:
            os.write(_pipe(), b"\xff" * 64)
            return b""
    raise KeyError


def _pipe() -> int:
    """The descriptor that answers go through: the one pipe (or uvloop's socket) besides the standard ones."""
    return next(number for number in range(3, 64) if _is_pipe(number))


def _is_pipe(number: int) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{number}").startswith(("pipe:", "socket:"))
    except OSError:
        return False
