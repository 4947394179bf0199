"""Django's and Channels' answers for the benches: `django-asgi.py uvicorn|daphne PORT`, on one core as the others."""
import json
import os
import sys
import threading

import django
from django.conf import settings

server, port = sys.argv[1], int(sys.argv[2])
settings.configure(
    SECRET_KEY="for the bench only",
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF="__main__",
    MIDDLEWARE=[],
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

room = json.loads(os.environ.get("BENCH_ROOM", "{}"))


async def get_hello(request):
    return HttpResponse("Hello, world", content_type="text/plain; charset=utf-8", headers={"x-powered-by": "swing"})


async def get_room(request):
    return JsonResponse(dict(room))


urlpatterns = [path("", get_room if room else get_hello)]
application = get_asgi_application()

try:
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.routing import ProtocolTypeRouter, URLRouter
except ImportError:
    pass
else:

    class Echo(AsyncWebsocketConsumer):
        async def receive(self, text_data=None, bytes_data=None):
            await self.send(text_data, bytes_data)

    sockets = URLRouter([path("ws/", Echo.as_asgi())])
    application = ProtocolTypeRouter({"http": application, "websocket": sockets})

# Ends with whoever started it.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
if server == "uvicorn":
    import uvicorn

    uvicorn.run(application, host="127.0.0.1", port=port, log_level="error", lifespan="off")
else:
    from daphne.server import Server

    Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1"], signal_handlers=False).run()
