"""Arrays in files of the safetensors format: eight bytes of header length, a JSON header, the arrays' bytes."""

import json
from pathlib import Path

import numpy as np

KINDS = {"float32": "F32", "int32": "I32", "bool": "BOOL", "uint8": "U8"}


def write_tensors(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Writes float32, int32, bool and uint8 arrays. Raises KeyError for another type."""
    header, offset, blobs = {}, 0, []
    for name, array in arrays.items():
        blob = np.ascontiguousarray(array).tobytes()
        header[name] = {
            "dtype": KINDS[str(array.dtype)],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blobs))


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Reads what `write_tensors` wrote."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    types = {kind: np.dtype(name) for name, kind in KINDS.items()}
    out = {}
    for name, entry in json.loads(content[8:start]).items():
        first, past = (start + offset for offset in entry["data_offsets"])
        out[name] = np.frombuffer(content[first:past], types[entry["dtype"]]).reshape(entry["shape"])
    return out
