# ruff: noqa: T201 (what it prints is its result)
"""Train the ship network on composed scenes and write it as ONNX.

    python training/ships_network.py SCENES OUT.onnx [BATCHES]

SCENES is the folder that ``ships_scenes.py`` wrote. The network is a small U-Net: the first layer halves the picture, four
levels below follow, and the last layer brings it back to full size. Outputs a pixel: hull, edge between two hulls, land or
structure (probabilities), and, in training alone, how near the middle of a hull is. It trains on two threads with fixed seeds
for BATCHES; the last tenth of the scenes only validates: its loss is printed, and the factor on the logits that calibrates the
hull output is fitted to it and written into the file. The published file was trained with the counts and seeds that are the
defaults here.
Needs ``requirements/train.in`` besides Darkwake.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from ships_export import difference, to_onnx
from ships_truth import EDGE, HULL, SOLID, UNJUDGED

SEED, BATCH, BATCHES, PATCH_PX, VALIDATED = 11, 8, 18000, 192, 0.1
MOST_VALIDATED = 60
SAME = 1e-4
"""Largest difference between the trained network's probabilities and the written one's."""
WIDTHS = (16, 24, 40, 64, 80)
RARE_LOGIT = -3.0
"""Where the outputs begin: hulls cover a twentieth of the pixels at most."""
RATES, RATE_END = (3e-3, 2e-3), 3e-5
"""Rates that the halves of the training begin with, and end with."""
HULL_WEIGHT, EDGE_WEIGHT, SOLID_WEIGHT, MIDDLE_WEIGHT = 8.0, 4.0, 0.25, 8.0
OUTPUTS, KEPT = 4, 3
"""What is trained, and what of it is written: nearness to a middle only teaches the layers what a whole ship is."""
Patch = tuple[NDArray[np.float32], NDArray[np.float32]]


def network(outputs: int) -> Any:
    """The U-Net: convolutions, normalisation over the batch (which the export folds into them) and ReLU."""
    layers = tf.keras.layers
    tf.keras.utils.set_random_seed(SEED)
    picture = tf.keras.Input((None, None, 1))
    down, found = [], picture
    for width in WIDTHS:
        found = _normed(layers.Conv2D(width, 3, strides=2, padding="same")(found))
        found = _normed(layers.Conv2D(width, 3, padding="same")(found))
        down.append(found)
    for skip, width in zip(down[-2::-1], WIDTHS[-2::-1], strict=True):
        found = layers.Add()([layers.Conv2DTranspose(width, 2, strides=2)(found), skip])
        found = _normed(layers.Conv2D(width, 3, padding="same")(found))
    rare = tf.keras.initializers.Constant(RARE_LOGIT)
    return tf.keras.Model(picture, layers.Conv2DTranspose(outputs, 2, strides=2, bias_initializer=rare)(found))


def _normed(found: Any) -> Any:
    layers = tf.keras.layers
    return layers.ReLU()(layers.BatchNormalization(momentum=0.98)(found))


class Scenes:
    """Composed scenes in memory; patches are cut at random, turned and mirrored, near hulls more often than not."""

    def __init__(self, folder: Path, random: np.random.Generator) -> None:
        self.scenes, self.truth, self.middles = (np.load(folder / f"{name}.npy") for name in ("scenes", "truth", "middles"))
        self.lowest, self.highest = map(float, np.load(folder / "range.npy"))
        self.random = random
        self.trained = int(len(self.scenes) * (1 - VALIDATED))
        self.places = [np.argwhere(truth & 1) for truth in self.truth[: self.trained]]

    def batch(self) -> Patch:
        """A batch of patches for training."""
        pairs = [self._patch() for _ in range(BATCH)]
        return np.stack([levels for levels, _ in pairs]), np.stack([truth for _, truth in pairs])

    def _patch(self) -> Patch:
        random, number = self.random, int(self.random.integers(self.trained))
        room = self.scenes.shape[1] - PATCH_PX
        corner = random.integers(0, room + 1, 2)
        if len(self.places[number]) and random.uniform() < 0.6:
            hull = self.places[number][random.integers(len(self.places[number]))]
            corner = np.clip(hull - random.integers(20, PATCH_PX - 20, 2), 0, room)
        cut = np.s_[corner[0] : corner[0] + PATCH_PX, corner[1] : corner[1] + PATCH_PX]
        levels, truth = self.opened(self.scenes[number][cut]), weighted(self.truth[number][cut], self.middles[number][cut])
        turns = int(random.integers(4))
        levels, truth = np.rot90(levels, turns), np.rot90(truth, turns)
        if random.uniform() < 0.5:
            levels, truth = levels[:, ::-1], truth[:, ::-1]
        levels = levels * random.uniform(0.75, 1.3) + random.normal(0, 0.15)
        return np.clip(levels, self.lowest, self.highest).astype(np.float32), truth

    def opened(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Levels of stored scenes, with a channel."""
        step = np.float32((self.highest - self.lowest) / 255)
        return (grey[..., None] * step + np.float32(self.lowest)).astype(np.float32)

    def validation(self) -> Patch:
        """The scenes kept for validation, whole."""
        kept = slice(self.trained, self.trained + MOST_VALIDATED)
        truth = [weighted(*pair) for pair in zip(self.truth[kept], self.middles[kept], strict=True)]
        return np.stack([self.opened(scene) for scene in self.scenes[kept]]), np.stack(truth)


def weighted(truth: NDArray[np.uint8], middles: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Hull, edge and solid as 0 or 1, nearness to a middle, and the weight of the pixel."""
    bits = [(truth & bit > 0).astype(np.float32) for bit in (HULL, EDGE, SOLID)]
    return np.stack([*bits, middles / 255.0, 1.0 - (truth & UNJUDGED > 0)], axis=-1).astype(np.float32)


def loss_of(truth: Any, logits: Any) -> Any:
    """Weighted cross entropy of the outputs and the Dice loss of the hulls over the batch."""
    weight = truth[..., OUTPUTS:]
    entropy = tf.nn.sigmoid_cross_entropy_with_logits(truth[..., :OUTPUTS], logits) * weight
    hull = tf.sigmoid(logits[..., 0:1]) * weight
    overlap = tf.reduce_sum(hull * truth[..., 0:1])
    dice = 1 - (2 * overlap + 1) / (tf.reduce_sum(hull) + tf.reduce_sum(truth[..., 0:1] * weight) + 1)
    scale = tf.constant([HULL_WEIGHT, EDGE_WEIGHT, SOLID_WEIGHT, MIDDLE_WEIGHT])
    return tf.reduce_sum(tf.reduce_mean(entropy, axis=[0, 1, 2]) * scale) + dice


def train(scenes: Scenes, batches: int) -> Any:
    """Adam with a rate that falls along a cosine, and once more from a second start (Loshchilov and Hutter 2017)."""
    model = network(OUTPUTS)
    optimizer = tf.keras.optimizers.Adam(RATES[0])

    @tf.function  # type: ignore[untyped-decorator]
    def step(levels: Any, truth: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(truth, model(levels, training=True))
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, model.trainable_variables), 1.0)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    running = 0.0
    for count in range(1, batches + 1):
        used = count / batches
        optimizer.learning_rate.assign(rate_at(used))
        running += float(step(*map(tf.constant, scenes.batch())))
        if count % 250 == 0:
            print(f"{count} batches, {used:.0%}, loss {running / 250:.4f}", flush=True)
            running = 0.0
    return model


def rate_at(used: float) -> float:
    """The rate when a share of the batches has been used."""
    start = min(int(used * len(RATES)), len(RATES) - 1)
    within = used * len(RATES) - start
    return float(RATE_END + (RATES[start] - RATE_END) * 0.5 * (1 + np.cos(np.pi * within)))


def kept(model: Any) -> Any:
    """The trained network with the first outputs alone."""
    found = network(KEPT)
    for new, trained in zip(found.layers[:-1], model.layers[:-1], strict=True):
        new.set_weights(trained.get_weights())
    kernel, bias = model.layers[-1].get_weights()
    found.layers[-1].set_weights([kernel[:, :, :KEPT], bias[:KEPT]])
    return found


def validated(model: Any, scenes: Scenes) -> dict[str, float]:
    """Loss and temperature on the scenes kept apart: the one factor on the logits that makes the hull output likeliest."""
    levels, truth = scenes.validation()
    logits = np.concatenate([model(levels[n : n + 2], training=False).numpy() for n in range(0, len(levels), 2)])
    judged = truth[..., OUTPUTS] > 0
    hull, told = logits[..., 0][judged].astype(np.float64), truth[..., 0][judged]
    factors = np.linspace(0.4, 1.6, 25)
    losses = [float(np.mean(np.logaddexp(0, hull * f) - told * hull * f)) for f in factors]
    share = 1 / (1 + np.exp(-hull))
    dice = 2 * float((share * told).sum()) / float(share.sum() + told.sum())
    return {"loss": float(loss_of(truth, logits)), "dice": dice, "factor": float(factors[int(np.argmin(losses))])}


def main() -> None:
    """Train, validate, export and print the scores."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    batches = int(sys.argv[3]) if len(sys.argv) > 3 else BATCHES
    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    scenes = Scenes(folder, np.random.default_rng(SEED))
    model = train(scenes, batches)
    told = validated(model, scenes)
    published = kept(model)
    written = to_onnx(published, factor=told["factor"])
    told["difference"] = difference(published, written, scenes.validation()[0][:1], factor=told["factor"])
    if told["difference"] > SAME:
        raise ValueError(f"the written network differs by {told['difference']}")
    out.write_bytes(written)
    print(json.dumps(told | {"parameters": int(published.count_params()), "bytes": out.stat().st_size}))


if __name__ == "__main__":
    main()
