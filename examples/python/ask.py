"""Uploads a clip, waits for its memory, asks and prints: python3 ask.py CLIP [QUESTION…]"""

import json
import os
import sys
import urllib.error
import urllib.request

API = os.environ.get("LOCI_URL", "http://127.0.0.1:8080") + "/v1"
KEY = os.environ.get("LOCI_KEY", "dev")
QUESTIONS = [
    "How many beds are there in this room?",
    "What is the floor area of this room (in square meters)?",
]


def loci(path, body=None, headers=None):
    """Calls the API; exits with the title of the problem that it answers with."""
    headers = {"Authorization": f"Bearer {KEY}", **(headers or {})}
    request = urllib.request.Request(API + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        sys.exit(f"{path}: {json.load(error)['title']}")
    except urllib.error.URLError as error:
        sys.exit(f"{path}: {error.reason}")


def post(path, body, headers=None):
    return loci(path, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


def upload(path):
    with open(path, "rb") as clip:
        headers = {"Content-Type": "video/mp4", "Content-Length": str(os.path.getsize(path))}
        return loci("/videos", clip, headers)["id"]


def build_memory(video_id):
    """Without questions a job only builds the memory."""
    job = post("/jobs", {"video_id": video_id})
    while job["finished_at"] is None:
        job = loci(f"/jobs/{job['id']}?wait=30")
    if job["status"] != "succeeded":
        sys.exit(f"The job ended as {job['status']}: {(job['error'] or {}).get('title', 'no reason given')}")
    return job["memory_id"]


def main(clip, *questions):
    memory = build_memory(upload(clip))
    # a memory may be asked at any time; the video is not touched again
    for question in questions or QUESTIONS:
        reply = post(f"/memories/{memory}/questions", {"question": question}, {"Prefer": "wait=60"})
        answer = reply["answer"]
        if answer is None:
            sys.exit(f"{question} was not answered")
        unit = f" {answer['unit']}" if answer["unit"] else ""
        print(f"{question}\n  {answer['text']}{unit} ({round(answer['confidence'] * 100)} % sure)")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python3 ask.py CLIP [QUESTION…]")
    main(*sys.argv[1:])
