from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from darkwake.errors import InputError
from darkwake.imagery.protocol import Window
from darkwake.imagery.sentinel1.noise import read_noise
from tests.imagery.sentinel1.safes import table_bytes


def older(data: bytes) -> bytes:
    """The same noise in the words of a processor before version 2.90, which had no azimuth vectors."""
    text = data.decode().replace("noiseRange", "noise")
    return re.sub("<noiseAzimuthVectorList.*</noiseAzimuthVectorList>", "", text, flags=re.DOTALL).encode()


def test_noise_is_the_range_vector_times_the_swath_s_azimuth_vector(shared: Path) -> None:
    """First values of the file: 1666.538 in range, 1.169227 in azimuth (IW1), both at line 0 and pixel 0."""
    noise = read_noise(table_bytes(shared, "noise"), "n.xml")
    out = np.empty((1, 4), np.float32)
    noise.over(Window(0, 0, 4, 1)).into(out, 0)
    assert out[0, 0] == pytest.approx(1666.538 * 1.169227, rel=1e-6)


def test_the_older_list_is_the_range_vectors_alone(shared: Path) -> None:
    noise = read_noise(older(table_bytes(shared, "noise")), "n.xml")
    out = np.empty((1, 4), np.float32)
    noise.over(Window(0, 0, 4, 1)).into(out, 0)
    assert (out[0, 0], noise.blocks) == (pytest.approx(1666.538, rel=1e-6), ())


def test_a_file_without_vectors_is_refused(shared: Path) -> None:
    with pytest.raises(InputError, match=r"n\.xml: there is no vector of noiseLut"):
        read_noise(b"<noise/>", "n.xml")


def test_an_azimuth_vector_of_two_lengths_is_refused(shared: Path) -> None:
    data = table_bytes(shared, "noise").replace(b"1.169227e+00 ", b"")
    with pytest.raises(InputError, match=r"n\.xml:noiseAzimuthVector: 71 values at 72 lines"):
        read_noise(data, "n.xml")
