"""The Pillow side of the jpeg benchmark: makes the files, then answers the slices named on standard input with decodings a CPU second."""

import io
import os
import sys
import time

import PIL
from PIL import Image, ImageDraw

folder, seconds = sys.argv[1], float(sys.argv[2])


def graphics(side):
    """Flat colours with sharp edges."""
    picture = Image.new("RGB", (side, side), (255, 255, 255))
    pen = ImageDraw.Draw(picture)
    for cell in range(49):
        x, y, width = cell % 7 * side // 7, cell // 7 * side // 7, side // 9
        pen.rectangle((x, y, x + width, y + width), fill=(cell * 5, 255 - cell * 5, cell % 3 * 120))
        pen.text((x + 4, y + 4), f"cell {cell}", fill=(0, 0, 0))
    return picture


def busy(side):
    """Detail everywhere, in each colour another."""
    extents = ((-2, -1.5, 1, 1.5), (-0.8, 0, -0.7, 0.1), (0.25, 0, 0.3, 0.05))
    return Image.merge("RGB", [Image.effect_mandelbrot((side, side), extent, 100) for extent in extents])


def encoded(picture, **options):
    output = io.BytesIO()
    picture.save(output, "jpeg", quality=85, **options)
    return output.getvalue()


files = {
    "graphics 300 4:2:0": encoded(graphics(300), subsampling=2),
    "busy 300 4:2:0": encoded(busy(300), subsampling=2),
    "busy 300 4:4:4": encoded(busy(300), subsampling=0),
    "busy 300 progressive": encoded(busy(300), subsampling=2, progressive=True),
    "busy 1200 4:2:0": encoded(busy(1200), subsampling=2),
}
for number, file in enumerate(files.values()):
    with open(os.path.join(folder, f"{number}.jpg"), "wb") as output:
        output.write(file)


def measure(name):
    file = files[name]
    start, cpu, done = time.monotonic(), time.process_time(), 0
    while True:
        Image.open(io.BytesIO(file)).load()
        done += 1
        if time.monotonic() - start >= seconds:
            return done / (time.process_time() - cpu)


for line in sys.stdin:
    name = line.strip()
    print(f"Pillow {PIL.__version__}" if name == "name" else measure(name), flush=True)
