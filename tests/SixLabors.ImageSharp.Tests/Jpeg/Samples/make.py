"""Makes the JPEG samples and, as PNG, the pixels that Pillow decodes from them.

Run with Debian's python3-pil and libjpeg-turbo-progs (Pillow 9.4 and libjpeg-turbo 2.1.5 were used): /usr/bin/python3 make.py
"""

import io
import math
import pathlib
import subprocess

from PIL import Image, ImageDraw

FOLDER = pathlib.Path(__file__).parent
ADOBE_RGB = b"\xff\xee\x00\x0eAdobe\x00\x64" + bytes(5)


def drawing(width, height):
    """Gradients, sharp edges and saturated colours."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            wave = int(60 * math.sin(x * 0.31) * math.cos(y * 0.23))
            image.putpixel((x, y), (x * 255 // width, 128 + wave, 255 - y * 255 // height))
    pen = ImageDraw.Draw(image)
    pen.ellipse((5, 4, width // 2, height - 6), fill=(230, 20, 30), outline=(0, 0, 0))
    pen.rectangle((width // 2, height // 3, width - 4, height // 2), fill=(10, 200, 40))
    pen.line((0, height - 1, width - 1, 0), fill=(255, 255, 255), width=2)
    return image


def cjpeg(image, *options):
    file = io.BytesIO()
    image.save(file, "PPM")
    return bytearray(subprocess.run(["cjpeg", *options], input=file.getvalue(), stdout=subprocess.PIPE, check=True).stdout)


def pillow(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return bytearray(file.getvalue())


def segment(data, marker):
    """Start and end of the first segment with that marker."""
    at = 2
    while data[at + 1] != marker:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return at, at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def with_ycck(data):
    """The same planes, said to be YCCK."""
    start, _ = segment(data, 0xEE)
    data[start + 15] = 2
    return data


def with_adobe_rgb(data):
    start, end = segment(data, 0xE0)
    return data[:start] + ADOBE_RGB + data[end:]


def main():
    colour = drawing(61, 47)
    cmyk = colour.convert("CMYK")
    scans = FOLDER / "scans.txt"
    scans.write_text("0;\n1;\n2;\n")
    samples = {
        "444": cjpeg(colour, "-quality", "90", "-sample", "1x1"),
        "422": cjpeg(colour, "-quality", "90", "-sample", "2x1"),
        "420": cjpeg(colour, "-quality", "90", "-sample", "2x2"),
        "440": cjpeg(colour, "-quality", "90", "-sample", "1x2"),
        "411": cjpeg(colour, "-quality", "90", "-sample", "4x1"),
        "410": cjpeg(colour, "-quality", "90", "-sample", "4x2"),
        "mixed": cjpeg(colour, "-quality", "90", "-sample", "2x2,2x1,1x2"),
        "420-wide-tables": cjpeg(colour, "-quality", "4"),
        "420-narrow": cjpeg(colour.crop((3, 2, 7, 6)), "-quality", "90"),
        "restarts": cjpeg(colour, "-quality", "80", "-restart", "3B"),
        "restarts-420": cjpeg(colour, "-quality", "80", "-sample", "2x2", "-restart", "1"),
        "scans": cjpeg(colour, "-quality", "80", "-scans", str(scans)),
        "progressive-444": cjpeg(colour, "-quality", "92", "-sample", "1x1", "-progressive"),
        "progressive-420": cjpeg(colour, "-quality", "75", "-progressive", "-restart", "2B"),
        "grey": cjpeg(colour, "-quality", "85", "-grayscale"),
        "grey-progressive": cjpeg(colour, "-quality", "85", "-grayscale", "-progressive"),
        "rgb-ids": cjpeg(colour, "-quality", "90", "-rgb"),
        "rgb-adobe": with_adobe_rgb(pillow(Image.merge("YCbCr", colour.split()), quality=90, subsampling=0)),
        "cmyk": pillow(cmyk, quality=90),
        "cmyk-progressive": pillow(cmyk, quality=90, progressive=True),
        "ycck": with_ycck(pillow(cmyk, quality=90)),
        "comment": pillow(colour, quality=80, comment=b"a drawing", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"),
    }
    scans.unlink()
    for name, data in samples.items():
        (FOLDER / f"{name}.jpg").write_bytes(data)
        with Image.open(io.BytesIO(data)) as image:
            pixels = image if image.mode == "L" else image.convert("RGB")
            pixels.save(FOLDER / f"{name}.png", optimize=True)
    (FOLDER / "arithmetic.jpg").write_bytes(cjpeg(colour.crop((0, 0, 16, 16)), "-arithmetic"))


if __name__ == "__main__":
    main()
