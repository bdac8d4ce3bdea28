"""An agency's own model for tests, and the model that comes of it."""

from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.model.extension import Extension, extended, read_extension

KEYS = """\
id: urn:hmpps:keys
name: hmpps_x
title: Key cards and dogs
description: What the service keeps beside the common model.
version: 1.0.0
prefixes:
  wr: "urn:watchroom:"
  hmpps_x: "urn:hmpps:"
default_prefix: hmpps_x
default_range: text
imports: [watchroom]

classes:
  hmpps_x_lock:
    is_a: record
    description: "A lock of the establishment: which one, and where."
    annotations: {about_person: false, retention: reference}
    attributes:
      number: {required: true, description: Number that is stamped on it.}
      location_id: {range: location, description: Where it is.}
  hmpps_x_key_card:
    is_a: record
    mixins: [scoped]
    description: A key card that was given to somebody.
    annotations: {about_person: true, retention: custody_record, sensitivity: personal, change_category: RISK}
    attributes:
      person_id: {range: person, required: true, description: Who holds it.}
      number: {required: true, description: Number that is printed on it.}
      lock_id: {range: hmpps_x_lock, description: What it opens.}
      given_on: {range: date, description: When it was given.}
      kind_code: {range: code, description: What kind of place it opens., annotations: {code_list: location_kind}}
      remark:
        description: What staff noted on it.
        annotations: {free_text: true, sensitivity: special_category, change_category: none}
  hmpps_x_person_more:
    apply_to: [person]
    description: What the service keeps of everybody.
    attributes:
      hmpps_x_fears_dogs:
        range: boolean
        description: Whether the person fears dogs.
        annotations: {sensitivity: personal}
      hmpps_x_mentor_id: {range: person, description: Who mentors the person.}
"""


def extension(text: str = KEYS) -> Extension:
    return read_extension({"keys.yaml": text}, base=catalogue())


def model_with(text: str = KEYS) -> Catalogue:
    return extended(catalogue(), extension(text))
