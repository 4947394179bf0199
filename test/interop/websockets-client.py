"""Talks to an echo server with Python's websockets, and prints what it saw."""

import asyncio
import sys

import websockets

url = sys.argv[1]


def closed(error):
    return (error.rcvd.code, error.rcvd.reason) if error.rcvd else (1006, "")


async def main():
    async with websockets.connect(url, subprotocols=["other", "echo"], max_size=None) as socket:
        print("subprotocol", socket.subprotocol)
        # Later releases keep them in an object of its own.
        extensions = getattr(socket, "protocol", socket).extensions
        print("compressed", len(extensions) > 0)
        await socket.send("héllo ✓ " * 10)
        print("text", await socket.recv() == "héllo ✓ " * 10)
        await socket.send(bytes(range(256)))
        print("bytes", await socket.recv() == bytes(range(256)))
        await socket.send(["one ", "two ", "three"])
        print("fragments", await socket.recv() == "one two three")
        large = "0123456789" * 15000
        await socket.send(large)
        print("large", await socket.recv() == large)
        await asyncio.wait_for(await socket.ping(), 5)
        print("pong", True)
        await socket.send("close me")
        try:
            await socket.recv()
        except websockets.ConnectionClosed as error:
            print("closed by server", *closed(error))
    async with websockets.connect(url, max_size=None) as socket:
        # Random enough that compression does not help.
        import os

        await socket.send(os.urandom(300000))
        try:
            await socket.recv()
        except websockets.ConnectionClosed as error:
            print("too large", closed(error)[0])
    try:
        await websockets.connect(url + "nowhere/")
    except websockets.InvalidStatusCode as error:
        print("refused", error.status_code)
    except websockets.InvalidHandshake as error:
        print("refused", error.response.status_code)


asyncio.run(main())
