"""CAP 1.2 written, and what the UK Emergency Alerts service would refuse of it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from watchroom.kernel.errors import UsageError
from watchroom.sources.codecs.cap_words import ALERT, INFO, INSTANTS, REPEATED, RESOURCE
from watchroom.sources.codecs.contract import Object, Values
from watchroom.sources.codecs.xml_text import etree

_NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_BEFORE_TIMES = ("language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience")


def write(objects: Sequence[Object]) -> bytes:
    """One alert with its blocks, as CAP 1.2 whatever version it was read from.

    Raises:
        UsageError: there is not exactly one row in `ALERT` and `ALERT_RECEIPT`.
    """
    alerts = [one for one in objects if one.table in ("ALERT", "ALERT_RECEIPT")]
    if len(alerts) != 1:
        raise UsageError("a document of CAP holds one alert; write one document for each")
    root = etree.Element(f"{{{_NAMESPACE}}}alert", nsmap={None: _NAMESPACE})
    _put_all(root, alerts[0].values, ALERT)
    for info in _of(objects, "ALERT_INFO", ALERT_KEY=alerts[0].key):
        _put_info(_put(root, "info"), info, objects)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _put_info(element: Any, info: Object, objects: Sequence[Object]) -> None:
    _put_all(element, info.values, {name: INFO[name] for name in _BEFORE_TIMES})
    _put_codes(element, _of(objects, "ALERT_CODE", INFO_KEY=info.key, KIND="eventCode"))
    _put_all(element, info.values, {name: INFO[name] for name in INFO if name not in _BEFORE_TIMES})
    _put_codes(element, _of(objects, "ALERT_CODE", INFO_KEY=info.key, KIND="parameter"))
    for resource in _of(objects, "ALERT_RESOURCE", INFO_KEY=info.key):
        _put_all(_put(element, "resource"), resource.values, RESOURCE)
    for area in _of(objects, "ALERT_AREA", INFO_KEY=info.key):
        below = _put(element, "area")
        _put_all(below, area.values, {"areaDesc": "AREA_DESC"})
        for ring in _rings(area.values.get("GEOMETRY")):
            _put(below, "polygon", " ".join(f"{latitude},{longitude}" for longitude, latitude, *_ in ring))
        for longitude, latitude, radius in _parsed(area.values.get("CIRCLES")):
            _put(below, "circle", f"{latitude},{longitude} {radius}")
        _put_codes(below, _of(objects, "ALERT_CODE", AREA_KEY=area.key, KIND="geocode"))
        _put_all(below, area.values, {"altitude": "ALTITUDE", "ceiling": "CEILING"})


def _of(objects: Sequence[Object], table: str, **values: str) -> Iterator[Object]:
    for one in objects:
        if one.table == table and all(one.values.get(name) == value for name, value in values.items()):
            yield one


def _put(element: Any, name: str, text: str | None = None) -> Any:
    below = etree.SubElement(element, f"{{{_NAMESPACE}}}{name}")
    below.text = text
    return below


def _put_all(element: Any, values: Values, elements: Mapping[str, str]) -> None:
    for name, column in elements.items():
        text = values.get(column)
        if text is None:
            continue
        for one in cast("list[str]", json.loads(text)) if name in REPEATED else [text]:
            # `Z` is not allowed in CAP.
            _put(element, name, re.sub("[Zz]$", "-00:00", one) if name in INSTANTS else one)


def _put_codes(element: Any, codes: Iterator[Object]) -> None:
    for code in codes:
        below = _put(element, str(code.values["KIND"]))
        _put(below, "valueName", code.values.get("NAME"))
        _put(below, "value", code.values.get("VALUE"))


def _rings(geometry: str | None) -> list[list[list[str]]]:
    """Outer rings; CAP has no holes."""
    if geometry is None:
        return []
    shape = cast("dict[str, Any]", json.loads(geometry, parse_float=str, parse_int=str))
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [polygon[0] for polygon in polygons]


def _parsed(text: str | None) -> list[list[str]]:
    return cast("list[list[str]]", json.loads(text, parse_float=str, parse_int=str)) if text else []


def refused_by_uk_alerts(objects: Sequence[Object]) -> tuple[str, ...]:
    """What the UK Emergency Alerts service would refuse; empty: it takes the alert.

    Source: emergency-alerts-api, its page `broadcast-cap-xml`.
    """
    refused: list[str] = []
    alerts = list(_of(objects, "ALERT"))
    kinds = {one.values.get("MSG_TYPE") for one in alerts}
    if len(alerts) != 1 or not kinds <= {"Alert", "Cancel"}:
        refused.append("it takes one alert or cancellation at a time, and no update")
    if "Cancel" in kinds:
        if not all(one.supersedes for one in alerts):
            refused.append("a cancellation has to name the alert in `references`")
        return tuple(refused)
    infos = list(_of(objects, "ALERT_INFO"))
    if len(infos) != 1 or not all(one.values.get("EXPIRES") and one.values.get("DESCRIPTION") for one in infos):
        refused.append("it needs one `info` block with `expires` and `description`")
    rings = [ring for area in _of(objects, "ALERT_AREA") for ring in _rings(area.values.get("GEOMETRY"))]
    if not rings or any(len(ring) < 4 for ring in rings):
        refused.append("it needs an area with a polygon of four pairs or more")
    return tuple(refused)
