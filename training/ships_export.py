"""Write a Keras network of plain convolutions as ONNX, operator by operator.

It knows the layers that ``ships_network.py`` uses (convolution, transposed convolution, normalisation, ReLU, sum) and refuses
others. The graph takes NCHW float32 and ends with a sigmoid. ``difference`` runs both and gives the largest difference.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from darkwake.detection.network import silent_runtime

OPSET, IR_VERSION = 17, 9
PLAIN = {"Add": "Add", "ReLU": "Relu"}
Numbers = np.ndarray[Any, np.dtype[np.float32]]


def to_onnx(model: Any, *, factor: float) -> bytes:
    """The network as bytes of an ONNX file; the logit of the hull is multiplied by the calibration factor."""
    nodes: list[Any] = []
    weights: list[Any] = []
    names = {model.inputs[0].name: "levels"}
    for layer in model.layers[1:]:
        sources = [names[tensor.name] for tensor in _inputs(layer)]
        names[layer.output.name] = _add(layer, sources, nodes, weights)
    outputs = int(model.outputs[0].shape[-1])
    scale = _scale(factor, outputs)
    weights.append(numpy_helper.from_array(scale, "factor"))
    nodes.append(helper.make_node("Mul", [names[model.outputs[0].name], "factor"], ["logits"]))
    nodes.append(helper.make_node("Sigmoid", ["logits"], ["probabilities"]))
    sides = ["batch", 1, "rows", "columns"]
    taken = helper.make_tensor_value_info("levels", TensorProto.FLOAT, sides)
    given = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", outputs, "rows", "columns"])
    graph = helper.make_graph(nodes, "ships", [taken], [given], weights)
    found = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="darkwake"
    )
    onnx.checker.check_model(found)
    return bytes(found.SerializeToString())


def _inputs(layer: Any) -> list[Any]:
    return list(layer.input) if isinstance(layer.input, list | tuple) else [layer.input]


def _add(layer: Any, sources: list[str], nodes: list[Any], weights: list[Any]) -> str:
    """Nodes and weights of one layer; the name of what it gives."""
    kind, name = type(layer).__name__, str(layer.name)
    if kind in PLAIN:
        nodes.append(helper.make_node(PLAIN[kind], sources, [name]))
        return name
    if kind == "BatchNormalization":
        factor, offset = folded(layer)
        weights += [numpy_helper.from_array(factor, f"{name}/w"), numpy_helper.from_array(offset, f"{name}/b")]
        nodes.append(helper.make_node("Mul", [*sources, f"{name}/w"], [f"{name}/scaled"]))
        nodes.append(helper.make_node("Add", [f"{name}/scaled", f"{name}/b"], [name]))
        return name
    if kind not in ("Conv2D", "Conv2DTranspose"):
        raise ValueError(f"no export for a layer {kind}")
    kernel, bias = layer.get_weights()
    # Keras: rows, columns, in, out (transposed: rows, columns, out, in); ONNX: out, in (transposed: in, out), rows, columns.
    ordered = np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))
    weights += [numpy_helper.from_array(ordered, f"{name}/w"), numpy_helper.from_array(bias, f"{name}/b")]
    operator, padding = (
        ("Conv", _padding(kernel.shape[0], layer.strides[0])) if kind == "Conv2D" else ("ConvTranspose", [0] * 4)
    )
    taken = [*sources, f"{name}/w", f"{name}/b"]
    nodes.append(helper.make_node(operator, taken, [name], strides=list(layer.strides), pads=padding))
    return name


def _scale(factor: float, outputs: int) -> Numbers:
    """The factor for the first output, 1 for the others."""
    return np.array([factor] + [1.0] * (outputs - 1), np.float32).reshape(1, outputs, 1, 1)


def folded(layer: Any) -> tuple[Numbers, Numbers]:
    """What a normalisation does once trained: a factor and an offset for each channel (the runtime folds them further)."""
    gamma, beta, mean, variance = layer.get_weights()
    factor = gamma / np.sqrt(variance + layer.epsilon)
    shape = (1, -1, 1, 1)
    return factor.reshape(shape).astype(np.float32), (beta - mean * factor).reshape(shape).astype(np.float32)


def _padding(size: int, stride: int) -> list[int]:
    """What "same" means in TensorFlow for even sides: with a stride of two all padding lies at the end."""
    return [0, 0, size - 2, size - 2] if stride == 2 else [size // 2] * 4


def difference(model: Any, written: bytes, levels: Numbers, *, factor: float) -> float:
    """Largest difference of the probabilities between Keras and the written file for levels (batch, rows, columns, 1)."""
    session = silent_runtime().InferenceSession(written, providers=["CPUExecutionProvider"])
    found = session.run(None, {"levels": levels.transpose(0, 3, 1, 2)})[0]
    logits = model(levels, training=False).numpy().transpose(0, 3, 1, 2)
    logits = logits * _scale(factor, logits.shape[1])
    return float(np.abs(found - 1 / (1 + np.exp(-logits))).max())
