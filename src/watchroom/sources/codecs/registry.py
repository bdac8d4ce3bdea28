"""The codecs that there are, by name and by media type."""

from collections.abc import Mapping

from watchroom.sources.codecs import cad, cap, cloudevents, fhir, geojson, hmpps_event, ical, tfl, wzdx
from watchroom.sources.codecs.contract import Codec

CODECS: Mapping[str, Codec] = {
    codec.name: codec
    for codec in (
        cloudevents.CODEC,
        hmpps_event.CODEC,
        geojson.CODEC,
        ical.CODEC,
        fhir.CODEC,
        cap.CODEC,
        tfl.CODEC,
        wzdx.CODEC,
        cad.CODEC,
    )
}


def codec_for(media_type: str) -> Codec | None:
    """The codec of a media type, whatever parameters it has; None: there is none, or the type fits several.

    Plain `application/json` and `application/xml` name no standard: there the source's settings name the codec.
    """
    plain = media_type.partition(";")[0].strip().lower()
    return next((codec for codec in CODECS.values() if plain in codec.media_types), None)
