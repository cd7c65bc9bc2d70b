"""Uploads a clip, waits for its memory, asks and prints: python3 ask.py CLIP [QUESTION…]"""

import sys

from loci_client import ClientError, Loci

QUESTIONS = [
    "How many beds are there in this room?",
    "What is the floor area of this room (in square meters)?",
]


def main(clip: str, *questions: str) -> None:
    with Loci() as loci:
        job = loci.wait(loci.submit(loci.upload(clip)["id"]))
        # a memory may be asked at any time; the video is not touched again
        for question in questions or QUESTIONS:
            answer = loci.ask(job["memory_id"], question)
            unit = f" {answer['unit']}" if answer["unit"] else ""
            print(f"{question}\n  {answer['text']}{unit} ({round(answer['confidence'] * 100)} % sure)")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python3 ask.py CLIP [QUESTION…]")
    try:
        main(*sys.argv[1:])
    except ClientError as error:
        sys.exit(str(error))
