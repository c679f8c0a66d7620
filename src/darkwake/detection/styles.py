"""Styles of map layers for QGIS, as QML: detections coloured by kind and labelled by length, areas by what they hide.

The structure is that of QGIS 3 (``QgsCategorizedSymbolRenderer`` and ``QgsSingleSymbolRenderer``);
symbols carry their properties both ways, as ``Option`` (from 3.26) and as ``prop`` (before).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from darkwake.detection.chips import COLOURS

HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"

LENGTH = "CASE WHEN \"length_m\" IS NOT NULL THEN round(\"length_m\") || ' m' ELSE '' END"
"""What stands beside a detection."""

SMALLEST = "CASE WHEN \"smallest_m\" IS NOT NULL THEN '> ' || round(\"smallest_m\") || ' m' ELSE 'no ship' END"
"""What stands in a searched area: the smallest ship that would be found."""

GEOMETRY = {"detections": 0, "boxes": 2, "searched": 2}
"""QGIS' numbers of point and polygon layers."""

AREA = "120,120,120"


def qml(layer: str) -> str:
    """The style of a layer: ``detections``, ``boxes`` or ``searched``."""
    if layer == "searched":
        body = _single(_symbol("0", "fill", "SimpleFill", _outline(AREA, "dash", "0.2"))) + _label(SMALLEST, "7")
    elif layer == "boxes":
        body = _by_kind({kind: ("fill", "SimpleFill", _outline(_rgb(kind), "solid", "0.4")) for kind in COLOURS})
    else:
        body = _by_kind({kind: ("marker", "SimpleMarker", _dot(kind)) for kind in COLOURS}) + _label(LENGTH, "8")
    kind = f"<layerGeometryType>{GEOMETRY[layer]}</layerGeometryType>"
    return f'{HEAD}<qgis version="3.28.0" styleCategories="Symbology|Labeling">{body}{kind}</qgis>\n'


def _rgb(kind: str) -> str:
    return ",".join(map(str, COLOURS[kind]))


def _dot(kind: str) -> dict[str, str]:
    return {
        "name": "circle",
        "color": f"{_rgb(kind)},255",
        "outline_color": "255,255,255,255",
        "outline_width": "0.2",
        "size": "2.4",
    }


def _outline(rgb: str, style: str, width: str) -> dict[str, str]:
    return {
        "style": "no",
        "color": f"{rgb},0",
        "outline_color": f"{rgb},255",
        "outline_style": style,
        "outline_width": width,
    }


def _symbol(name: str, kind: str, layer: str, properties: Mapping[str, str]) -> str:
    options = "".join(f'<Option type="QString" name={quoteattr(k)} value={quoteattr(v)}/>' for k, v in properties.items())
    old = "".join(f"<prop k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in properties.items())
    inner = f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{options}</Option>{old}</layer>'
    return f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">{inner}</symbol>'


def _by_kind(symbols: Mapping[str, tuple[str, str, Mapping[str, str]]]) -> str:
    categories = "".join(
        f'<category type="string" value={quoteattr(kind)} label={quoteattr(kind)} symbol="{n}" render="true"/>'
        for n, kind in enumerate(symbols)
    )
    drawn = "".join(_symbol(str(n), *symbol) for n, symbol in enumerate(symbols.values()))
    head = '<renderer-v2 type="categorizedSymbol" attr="kind" symbollevels="0" enableorderby="0" forceraster="0">'
    return f"{head}<categories>{categories}</categories><symbols>{drawn}</symbols></renderer-v2>"


def _single(symbol: str) -> str:
    head = '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
    return f"{head}<symbols>{symbol}</symbols></renderer-v2>"


def _label(expression: str, size: str) -> str:
    text = (
        f'<text-style fieldName={quoteattr(expression)} isExpression="1" fontSize="{size}" textColor="30,30,30,255">'
        '<text-buffer bufferDraw="1" bufferSize="0.7" bufferColor="255,255,255,220"/></text-style>'
    )
    return f'<labeling type="simple"><settings>{text}<placement placement="0" dist="1"/></settings></labeling>'
