"""What the peers of `bench model` share: reading what the other side wrote, linear layers with their adapters, the two kinds of step, and
slices of steps as the parent process asks for them."""

import json
import math
import struct
import sys
import time
from contextlib import nullcontext

import torch
import torch.nn.functional as F

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
work = json.load(open(f"{folder}/work.json"))
device = torch.device(work["device"])
if device.type == "cuda" and not torch.cuda.is_available():
    sys.exit("this Python's torch has no CUDA device")
adapts = work["step"] == "afsft"


def read(name):
    """The tensors of a safetensors file that the other side wrote, on the device."""
    with open(f"{folder}/{name}.safetensors", "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    kinds = {"F32": torch.float32, "BF16": torch.bfloat16, "I64": torch.int64}
    tensors = {}
    for key, entry in header.items():
        if key != "__metadata__":
            begin, end = entry["data_offsets"]
            part = torch.frombuffer(memoryview(data)[begin:end], dtype=kinds[entry["dtype"]])
            tensors[key] = part.reshape(entry["shape"]).to(device, copy=True)
    return tensors


weights, inputs = read("model"), read("work")
adapters = read("adapters") if adapts else {}
ids, answer = inputs["ids"], inputs["answer"]
learnt = [weight.requires_grad_(True) for weight in adapters.values()]
for key, weight in weights.items():
    if key.startswith("critics.online.") or not adapts and "region" not in key:
        learnt.append(weight.requires_grad_(True))


def linear(x, name):
    y = F.linear(x, weights[name + ".weight"], weights.get(name + ".bias"))
    path = f"base_model.model.{name}.lora_"
    if path + "A.weight" not in adapters:
        return y
    return y + work["scale"] * F.linear(F.linear(x, adapters[path + "A.weight"]), adapters[path + "B.weight"])


def attend(q, k, v, bias=None):
    """softmax(q·kᵀ/√width + bias)·v, [rows, heads, n, width] to [rows, n, heads·width]."""
    if hasattr(F, "scaled_dot_product_attention"):
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    else:
        scores = q.mul(1 / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2)
        scores = scores if bias is None else scores + bias
        out = scores.softmax(-1) @ v
    return out.transpose(1, 2).flatten(2)


def rotation(width, length):
    """Cosines and sines of rotary positions, [length, width/2]."""
    frequencies = 1.0 / 10000 ** (torch.arange(0, width, 2) / width)
    angles = torch.arange(length).float().outer(frequencies).to(device)
    return angles.cos(), angles.sin()


def causal(length, prefix=0):
    """0 where a position sees another, else −∞, [length, length]; the first `prefix` positions see each other in both directions."""
    seen = torch.ones(length, length, dtype=torch.bool).tril()
    seen[:prefix, :prefix] = True
    return torch.zeros(length, length).masked_fill(~seen, float("-inf")).to(device)


def mixed():
    return torch.autocast("cuda", dtype=torch.bfloat16) if device.type == "cuda" else nullcontext()


def critic(x, which, k):
    inner = F.gelu(linear(x, f"critics.{which}.{k}.inner"), approximate="tanh")
    return linear(inner, f"critics.{which}.{k}.outer").float()


def afsft_loss(states, logits):
    """actor + weight·critic over the answers of turns that end their episodes (arXiv 2505.03181), [rows, n, d] and [rows, n, V]."""
    chosen = answer.unsqueeze(-1)
    log_policy = logits.float().log_softmax(-1)
    online = [critic(states, "online", k) for k in range(work["critics"])]
    values = torch.stack([q.gather(-1, chosen).squeeze(-1) for q in online])
    with torch.no_grad():
        policy = log_policy.exp()
        target = torch.stack([critic(states, "target", k) for k in range(work["critics"])]).amin(0)
        follows = (policy * target).sum(-1)
        y = torch.cat([follows[:, 1:], inputs["rewards"][:, -1:]], 1)
        advantage = values.mean(0) - (policy * torch.stack(online).mean(0)).sum(-1)
        kept = (advantage > 0).float()
    actor = -(kept * log_policy.gather(-1, chosen).squeeze(-1)).mean()
    return actor + work["critic_weight"] * (values - y).square().mean()


def serve(encode, hidden, head, positions):
    """Steps with encode() → features of the pictures, hidden(features) → [rows, n, d] and head(states) → [rows, n, V]."""
    if adapts:
        optimizer = torch.optim.AdamW(learnt, lr=work["learning_rate"], betas=(0.9, 0.99), weight_decay=0,
                                      **({"fused": True} if device.type == "cuda" else {}))
        with torch.no_grad(), mixed():
            features = encode()

    def fit():
        for weight in learnt:
            weight.grad = None
        loss = F.cross_entropy(head(hidden(encode())).flatten(0, 1), answer.flatten())
        loss.backward()
        return loss.item()

    def afsft():
        optimizer.zero_grad(set_to_none=True)
        with mixed():
            states = hidden(features)
            loss = afsft_loss(states, head(states))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        with torch.no_grad():
            for name, weight in weights.items():
                if name.startswith("critics.target."):
                    weight.lerp_(weights[name.replace("target", "online")], work["target_rate"])
        return loss.item()

    step = afsft if adapts else fit
    losses = [step() for _ in range(3)]
    print("their losses " + " ".join("%.6f" % loss for loss in losses), file=sys.stderr)
    print("ready", flush=True)
    clock = time.perf_counter if device.type == "cuda" else time.process_time
    for line in sys.stdin:
        if line.strip() == "0":
            print(losses[-1], flush=True)
            continue
        steps, start, begun = 0, time.perf_counter(), clock()
        while time.perf_counter() - start < float(line):
            step()
            steps += 1
        print(steps * positions / (clock() - begun), flush=True)
