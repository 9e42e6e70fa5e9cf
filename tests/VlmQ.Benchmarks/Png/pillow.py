"""The Pillow side of the png benchmark: answers the slices named on standard input; see PngWork.cs for what they are."""

import glob
import io
import os
import sys
import time

import PIL
from PIL import Image

folder, seconds = sys.argv[1], float(sys.argv[2])
files = [open(path, "rb").read() for path in sorted(glob.glob(os.path.join(folder, "*.png")))]
pictures = [Image.open(io.BytesIO(file)).convert("RGB") for file in files]


def encoded(picture, **options):
    output = io.BytesIO()
    picture.save(output, "png", **options)
    return output.getvalue()


own_files = [encoded(picture) for picture in pictures]
rates = {
    "encode default": lambda: [encoded(picture) for picture in pictures],
    "encode fastest": lambda: [encoded(picture, compress_level=1) for picture in pictures],
    "decode": lambda: [Image.open(io.BytesIO(file)).load() for file in own_files],
    "bicubic 300 to 64": lambda: [picture.resize((64, 64), Image.BICUBIC) for picture in pictures],
    "bicubic 300 to 378": lambda: [picture.resize((378, 378), Image.BICUBIC) for picture in pictures],
}
sizes = {
    "size default": lambda: sum(map(len, own_files)) / len(own_files),
    "size fastest": lambda: sum(len(encoded(picture, compress_level=1)) for picture in pictures) / len(pictures),
}


def measure(name):
    if name in sizes:
        return sizes[name]()
    work = rates[name]
    start, cpu, done = time.monotonic(), time.process_time(), 0
    while True:
        work()
        done += len(pictures)
        if time.monotonic() - start >= seconds:
            return done / (time.process_time() - cpu)


for line in sys.stdin:
    name = line.strip()
    print(f"Pillow {PIL.__version__}" if name == "name" else measure(name), flush=True)
