"""MoonDream2 in plain PyTorch: forward and backward of the answer's cross-entropy, slice by slice as the parent process asks.

The folder holds model.safetensors (float32, official names), work.safetensors and work.json, all written by the other side, so that
both compute the same numbers; the first loss is printed for comparison.
"""

import json
import sys

import torch
import torch.nn.functional as F

from peer import attend, read, serve

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)

work = json.load(open(f"{folder}/work.json"))
weights = read(f"{folder}/model.safetensors")
inputs = read(f"{folder}/work.safetensors")
for name, weight in weights.items():
    weight.requires_grad_("region" not in name)

june = work["family"] == "moondream2-2025-06-21"
vision = "model.vision." if june else "vision_encoder.encoder.model.visual."
text = "model.text." if june else "text_model."
names = (
    dict(patch="patch_emb", pos="pos_emb", n1="ln1", n2="ln2", post="post_ln", proj="model.vision.proj_mlp.", wte="wte", layer="blocks.",
         qkv="attn.qkv", out="attn.proj", norm="post_ln", head="lm_head")
    if june
    else dict(patch="patch_embed.linear", pos="pos_embed", n1="norm1", n2="norm2", post="norm", proj="vision_encoder.projection.mlp.",
              wte="transformer.embd.wte.weight", layer="transformer.h.", qkv="mixer.Wqkv", out="mixer.out_proj", norm="lm_head.ln",
              head="lm_head.linear")
)
heads, vision_heads, grid, prefix = work["heads"], work["vision_heads"], work["grid"], work["prefix"]
views, ids, answer = inputs["views"], inputs["ids"], inputs["answer"]
rows, tokens = ids.shape
per_picture = views.shape[0] // rows
length = tokens + grid * grid
seen = torch.ones(length, length, dtype=torch.bool).tril()
seen[:prefix, :prefix] = True
mask = torch.zeros(length, length).masked_fill(~seen, float("-inf"))


def linear(x, name):
    return F.linear(x, weights[name + ".weight"], weights[name + ".bias"])


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"])


def mlp(x, name):
    return linear(F.gelu(linear(x, name + "fc1"), approximate="tanh"), name + "fc2")


def split(x, count):
    return x.view(x.shape[0], x.shape[1], 3, count, -1).permute(2, 0, 3, 1, 4)


width = weights[text + names["wte"]].shape[1]
half = width // heads // 4
frequencies = 1.0 / 10000 ** (torch.arange(0, 2 * half, 2) / (2 * half))
angles = torch.arange(length).float().outer(frequencies)
cosines, sines = angles.cos(), angles.sin()


def rotate(x):
    first, second, rest = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
    return torch.cat([first * cosines - second * sines, second * cosines + first * sines, rest], -1)


def encode():
    count = views.shape[0]
    patches = views.view(count, 3, grid, 14, grid, 14).permute(0, 2, 4, 1, 3, 5).reshape(count, grid * grid, -1)
    x = linear(patches, vision + names["patch"]) + weights[vision + names["pos"]]
    for i in range(work["vision_layers"]):
        block = f"{vision}blocks.{i}."
        q, k, v = split(linear(norm(x, block + names["n1"]), block + "attn.qkv"), vision_heads)
        x = x + linear(attend(q, k, v), block + "attn.proj")
        x = x + mlp(norm(x, block + names["n2"]), block + "mlp.")
    return norm(x, vision + names["post"]).view(rows, per_picture, grid * grid, -1)


def loss():
    features = encode()
    # One view, or the whole picture and one crop of its size: the pooled grid is the last view either way.
    image = mlp(torch.cat([features[:, 0], features[:, -1]], -1), names["proj"])
    words = F.embedding(ids, weights[text + names["wte"]])
    x = torch.cat([words[:, :1], image, words[:, 1:]], 1)
    for i in range(work["layers"]):
        block = f"{text}{names['layer']}{i}."
        normed = norm(x, block + "ln")
        q, k, v = split(linear(normed, block + names["qkv"]), heads)
        x = linear(attend(rotate(q), rotate(k), v, mask), block + names["out"]) + mlp(normed, block + "mlp.") + x
    last = norm(x[:, -answer.shape[1] :], text + names["norm"])
    return F.cross_entropy(linear(last, text + names["head"]).flatten(0, 1), answer.flatten())


serve(weights, loss, rows * length)
