"""A visitor with one connection that is kept open and with cookies, and a closed loop of several of them."""

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from threading import Barrier, Thread
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    headers: http.client.HTTPMessage
    body: bytes


class UnexpectedAnswer(Exception):
    """The site did not do what was to be measured."""


class Client:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.host = f"localhost:{port}"
        self.cookies: dict[str, str] = {}

    def get(self, path: str, *, expect: int = 200, encoding: str = "identity") -> Answer:
        return self._ask("GET", path, expect, {"Accept-Encoding": encoding})

    def post(self, path: str, form: dict[str, str], *, expect: int = 302) -> Answer:
        """Send a form as a browser does; the token is that of the cookie."""
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")} | form)
        answer = self._ask("POST", path, expect, {"Content-Type": "application/x-www-form-urlencoded"}, body)
        # The page that a browser asks for next shows the message and empties this cookie.
        self.cookies.pop("messages", None)
        return answer

    def _ask(self, method: str, path: str, expect: int, headers: dict[str, str], body: str | None = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers |= {"Host": self.host, "Accept-Language": "ko"} | ({"Cookie": cookies} if cookies else {})
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            # The server may close a connection that is kept open; a browser opens another one and asks again.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        answer = Answer(response.headers, response.read())
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        if response.status != expect:
            raise UnexpectedAnswer(f"{method} {path}: {response.status} instead of {expect}")
        return answer


@dataclass(frozen=True)
class Measured:
    """Requests a second over all clients; how long one took, in milliseconds."""

    rate: float
    p50: float
    p95: float


def closed_loop(clients: Sequence[Client], act: Callable[[Client, int], object], *, seconds: float) -> Measured:
    """Every client does the next thing as soon as the last is done: ``act(client, number of the client)``."""
    times: list[list[float]] = [[] for _client in clients]
    failures: list[Exception] = []
    together = Barrier(len(clients))

    def run(number: int, client: Client) -> None:
        together.wait()
        end = time.perf_counter() + seconds
        try:
            while (begin := time.perf_counter()) < end:
                act(client, number)
                times[number].append(time.perf_counter() - begin)
        except Exception as failure:
            failures.append(failure)

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failures:
        raise failures[0]
    sorted_times = sorted(1000 * one for each in times for one in each)
    return Measured(
        rate=len(sorted_times) / took,
        p50=sorted_times[len(sorted_times) // 2],
        p95=sorted_times[int(len(sorted_times) * 0.95)],
    )
