"""What the peers of `bench model` share: reading what the other side wrote, and slices of steps as the parent process asks for them."""

import json
import math
import struct
import sys
import time

import numpy
import torch
import torch.nn.functional as F


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    kinds = {"F32": numpy.float32, "I64": numpy.int64}
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            array = numpy.frombuffer(data[begin:end], dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(array.copy())
    return tensors


def attend(q, k, v, bias=None):
    """softmax(q·kᵀ/√width + bias)·v, [rows, heads, n, width] to [rows, n, heads·width]."""
    if hasattr(F, "scaled_dot_product_attention"):
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    else:
        scores = q.mul(1 / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2)
        scores = scores if bias is None else scores + bias
        out = scores.softmax(-1) @ v
    return out.transpose(1, 2).flatten(2)


def serve(weights, loss, positions):
    def step():
        for weight in weights.values():
            weight.grad = None
        value = loss()
        value.backward()
        return value

    print("loss %.6f" % step().item(), file=sys.stderr)
    step()
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "0":
            print(step().item(), flush=True)
            continue
        steps, start, cpu = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - start < float(line):
            step()
            steps += 1
        print(steps * positions / (time.process_time() - cpu), flush=True)
