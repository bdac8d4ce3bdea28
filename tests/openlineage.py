"""What the spec of OpenLineage asks of an event, transcribed from its JSON schemas.

Source: github.com/OpenLineage/OpenLineage, `spec/OpenLineage.json` (2-0-2) and the facets in `spec/facets`, of the
versions that `watchroom.ingest.run_events.FACETS` names. Written anew here, and tighter: nothing may stand in an event
beside what is named, so that nothing gets into one unseen.
"""

from collections.abc import Mapping
from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}


def _of(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": sorted(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def _list(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _facet(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return _of({"_producer": _URI, "_schemaURL": _URI, **required}, optional)


_INPUT_FIELD = _of(
    {"namespace": _TEXT, "name": _TEXT, "field": _TEXT},
    {"transformations": _list(_of({"type": {"enum": ["DIRECT", "INDIRECT"]}}))},
)
_COLUMN_LINEAGE = _facet(
    {"fields": {"type": "object", "additionalProperties": _of({"inputFields": _list(_INPUT_FIELD)})}}
)
_SCHEMA = _facet({"fields": _list(_of({"name": _TEXT}, {"type": _TEXT}))})
_DATA_SOURCE = _facet({}, {"name": _TEXT, "uri": _URI})
_ASSERTION = _of(
    {"assertion": _TEXT, "success": {"type": "boolean"}},
    {"column": _TEXT, "severity": {"enum": ["error", "warn"]}, "actual": {"type": "string", "pattern": r"^\d+$"}},
)
_DATASET = {"namespace": _URI, "name": _TEXT}
_FACETS = {"schema": _SCHEMA, "dataSource": _DATA_SOURCE}

EVENT: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_of(
        {
            "eventType": {"enum": ["START", "COMPLETE", "FAIL"]},
            "eventTime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$"},
            "producer": _URI,
            "schemaURL": _URI,
            "run": _of(
                {"runId": {"type": "string", "pattern": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}},
                {"facets": _of({}, {"errorMessage": _facet({"message": _TEXT, "programmingLanguage": _TEXT})})},
            ),
            "job": _of({"namespace": _URI, "name": _TEXT}, {"facets": _of({})}),
            "inputs": _list(
                _of(
                    _DATASET,
                    {
                        "facets": _of({}, _FACETS),
                        "inputFacets": _of({}, {"dataQualityAssertions": _facet({"assertions": _list(_ASSERTION)})}),
                    },
                )
            ),
            "outputs": _list(
                _of(
                    _DATASET,
                    {
                        "facets": _of({}, {**_FACETS, "columnLineage": _COLUMN_LINEAGE}),
                        "outputFacets": _of({}, {"outputStatistics": _facet({"rowCount": {"type": "integer"}})}),
                    },
                )
            ),
        }
    ),
}
