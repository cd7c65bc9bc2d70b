"""What the client does when a call fails, against a small server in place of the API."""

import json
import threading
import unittest
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock

from loci_client import Camera, ClientError, Loci, RefusedError

Answer = tuple[int, dict[str, object]]

ANSWERED: Answer = (200, {"id": "q", "status": "answered", "error": None, "answer": {"text": "2"}})


def problem(status: int, name: str) -> Answer:
    return status, {"type": f"https://example.org/problems/{name}", "title": name, "status": status}


class ClientTest(unittest.TestCase):
    def setUp(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, str | None]] = []
        self.bodies: list[dict[str, object]] = []
        self.server = HTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.client = self.enterContext(Loci(f"http://127.0.0.1:{self.server.server_port}", "key"))
        self.sleep = self.enterContext(mock.patch("time.sleep"))

    def handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        test = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                test.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                test.requests.append((self.path, self.headers["Idempotency-Key"]))
                status, body = test.answers.pop(0)
                self.send_response(status)
                self.send_header("Retry-After", "3")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing of a request."""

        return Handler

    def test_a_question_is_asked_again_when_the_service_was_too_busy_to_begin(self) -> None:
        self.answers = [problem(503, "busy"), ANSWERED]
        self.assertEqual(self.client.ask("m", "how many chairs?"), {"text": "2"})
        self.assertEqual(self.sleep.mock_calls, [mock.call(3)])

    def test_a_question_is_not_asked_again_when_it_may_have_been_taken(self) -> None:
        self.answers = [problem(503, "unavailable"), ANSWERED]
        with self.assertRaises(RefusedError) as refused:
            self.client.ask("m", "how many chairs?")
        self.assertEqual((refused.exception.status, refused.exception.name), (503, "unavailable"))

    def test_a_submission_is_sent_again_under_its_key_a_few_times(self) -> None:
        self.answers = [problem(503, "unavailable")] * 6
        with self.assertRaises(RefusedError):
            self.client.submit("v")
        self.assertEqual(len(self.requests), 5)
        self.assertEqual(len(set(self.requests)), 1)

    def test_a_submission_says_what_is_known_of_the_camera(self) -> None:
        self.answers = [(202, {"id": "job"})]
        camera: Camera = {"fov_deg": 60, "trajectory": {"format": "tum", "text": "0 0 0 0 0 0 0 1"}}
        self.client.submit("v", ["how many chairs?"], camera)
        self.assertEqual(self.bodies[0]["camera"], camera)

    def test_a_submission_says_which_pictures_are_looked_at(self) -> None:
        self.answers = [(202, {"id": "job"})]
        self.client.submit("v", sampling={"pictures": "key"})
        self.assertEqual(self.bodies[0]["sampling"], {"pictures": "key"})

    def test_a_file_that_cannot_be_read_is_not_sent(self) -> None:
        with self.assertRaisesRegex(ClientError, "^/nowhere/clip.mp4 cannot be read.$"):
            self.client.upload("/nowhere/clip.mp4")
        self.assertEqual(self.requests, [])


if __name__ == "__main__":
    unittest.main()
