"""Write the code lists of the model from the published reference data of the field.

    python tools/build_code_lists.py FOLDER

FOLDER holds `prison-api`, `hmpps-alerts-api` and `hmpps-incident-reporting-api` (MIT, see NOTICE) as CSV, and
beside it `../prisons`. Lists that are ours are not touched. Run again only when the reference data changes: the
result is checked in.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

CODES = Path(__file__).parents[1] / "src" / "watchroom" / "model" / "codes"
HEADER = ("code", "description", "parent", "valid_from", "valid_to", "is_withdrawn", "source")

# Lists that are a domain, or several, of REFERENCE_CODES; where two domains hold a code, the first wins.
DOMAINS = {
    "attendance_outcome": ("PS_PA_OC",),
    "body_part": ("BODY_PART",),
    "address_kind": ("ADDRESS_TYPE", "ADDR_TYPE"),
    "agency_kind": ("AGY_LOC_TYPE",),
    "bed_assignment_reason": ("CHG_HOUS_RSN",),
    "calculation_reason": ("CALC_REASON",),
    "care_need_problem": ("HEALTH_PBLM",),
    "care_need_status": ("HEALTH_STS",),
    "care_need_type": ("HEALTH",),
    "care_provider": ("HEALTH_PROV",),
    "case_note_sub_type": ("TASK_SUBTYPE",),
    "case_note_type": ("TASK_TYPE",),
    "country": ("COUNTRY",),
    "court_case_kind": ("LEG_CASE_TYP",),
    "court_plea": ("PLEA_STATUS",),
    "direction": ("MOVE_DIRECT",),
    "escort": ("ESCORT",),
    "ethnicity": ("ETHNICITY",),
    "event_status": ("EVENT_STS",),
    "event_sub_type": ("INT_SCH_RSN", "MOVE_RSN"),
    "event_type": ("EVENT_TYPE", "INT_SCH_TYPE"),
    "hearing_finding": ("OIC_FINDING",),
    "hearing_type": ("OIC_HEAR",),
    "identifier_kind": ("ID_TYPE",),
    "incentive_level": ("IEP_LEVEL",),
    "language": ("LANG",),
    "location_deactivation_reason": ("LIV_UN_RSN",),
    "location_kind": ("ILOC_TYPE", "LIVING_UNIT"),
    "mark_kind": ("MARK_TYPE",),
    "movement_kind": ("MOVE_TYPE",),
    "movement_reason": ("MOVE_RSN",),
    "name_kind": ("NAME_TYPE",),
    "performance": ("PERFORMANCE",),
    "plea": ("OIC_PLEA",),
    "punishment_kind": ("OIC_SANCT",),
    "punishment_status": ("OIC_SANCT_ST",),
    "reasonable_adjustment": ("HEALTH_TREAT",),
    "relationship": ("RELATIONSHIP",),
    "search_level": ("SEARCH_LEVEL",),
    "sentence_category": ("CATEGORY",),
    "sentence_status": ("SENTENCE_STS",),
    "sentence_term_kind": ("SENT_TERM",),
    "sex": ("SEX",),
    "staff_role": ("STAFF_ROLE",),
    "staff_skill": ("STAFF_SKILLS",),
    "town": ("CITY",),
    "visit_order_kind": ("VIS_ORD_TYPE",),
    "visit_restriction": ("VST_RST_TYPE",),
    "visit_status": ("VIS_STS", "VIS_COMPLETE"),
    "visit_type": ("VISIT_TYPE",),
}
# SUP_LVL_TYPE holds the answers of every assessment; these are the security categories and the levels of cell sharing.
SECURITY_CATEGORIES = frozenset("ABCDEHIJKLPQRSTUVXZ")
CELL_SHARING_LEVELS = frozenset({"HI", "MED", "LOW", "STANDARD", "PEND"})
INCIDENT_LISTS = {
    "incident_role": ("CONSTANT_PRISONER_ROLE", "CONSTANT_STAFF_ROLE"),
    "incident_staff_role": ("CONSTANT_STAFF_ROLE",),
    "incident_outcome": ("CONSTANT_PRISONER_OUTCOME",),
    "incident_status": ("CONSTANT_STATUS",),
    "incident_type": ("CONSTANT_TYPE_FAMILY",),
}
# Misspelt or shouted at the source.
CORRECTED = {
    "Incident involving 2 or more prisioners acting together": "Concerted indiscipline",
    "Food or liquid refusual": "Food or liquid refusal",
    "Information amened": "Information amended",
    "Intermittant Custody": "Intermittent Custody",
    "CELL": "Cell",
    "FATHER": "Father",
    "IMAM": "Imam",
    "RABBI": "Rabbi",
    "SISTER": "Sister",
    "Metodist": "Methodist",
    "Church of Jesus Christ of latterday St's": "Church of Jesus Christ of Latter-day Saints",
}
PRISON_API, ALERTS_API, INCIDENTS_API, PERSONS_API, REGISTER = (
    "prison-api",
    "hmpps-alerts-api",
    "hmpps-incident-reporting-api",
    "hmpps-person-record",
    "prison-register",
)
PERSON_LISTS = {"nationality": "NATIONALITY_CODES", "title": "TITLE_CODES"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    code: str
    description: str
    parent: str = ""
    valid_from: str = ""
    valid_to: str = ""
    is_withdrawn: str = ""
    source: str = PRISON_API


class References:
    """The reference codes of the prison system, by domain."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows = list(rows(folder / PRISON_API / "REFERENCE_CODES.csv"))

    def domain(self, *names: str) -> Iterator[Code]:
        for name in names:
            for row in self._rows:
                if row["DOMAIN"] == name:
                    yield Code(
                        code=row["CODE"],
                        description=row["DESCRIPTION"],
                        parent=row["PARENT_CODE"],
                        valid_to=day(row["EXPIRED_DATE"]),
                        is_withdrawn="" if row["ACTIVE_FLAG"] == "Y" else "Y",
                    )

    def table(self, name: str) -> Iterator[dict[str, str]]:
        return rows(self.folder / PRISON_API / f"{name}.csv")


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: build_code_lists.py FOLDER", file=sys.stderr)
        return 2
    references = References(Path(sys.argv[1]))
    for name, domains in DOMAINS.items():
        write(name, references.domain(*domains))
    levels = list(references.domain("SUP_LVL_TYPE"))
    write("security_category", (level for level in levels if level.code in SECURITY_CATEGORIES))
    write("cell_sharing_level", (level for level in levels if level.code in CELL_SHARING_LEVELS))
    write("court_appearance_type", (code for code in references.domain("MOVE_RSN", "EVENTS") if code.parent == "CRT"))
    write("custody_status_reason", status_reasons(references))
    write("agency", agencies(references))
    write("cell_sharing_assessment", assessments(references))
    write("court_outcome", outcomes(references))
    write("alert_type", alert_types(references))
    write("alert_kind", alert_kinds(references))
    write("religion", religions(references))
    for name, tables in INCIDENT_LISTS.items():
        write(name, incident_codes(references, *tables))
    for name, table in PERSON_LISTS.items():
        write(name, person_codes(references, table))
    return 0


def status_reasons(references: References) -> Iterator[Code]:
    """Movement and reason joined, as a booking names what gave its status."""
    kinds = {code.code: code.description for code in references.domain("MOVE_TYPE")}
    for reason in references.domain("MOVE_RSN"):
        if reason.parent in kinds:
            described = f"{kinds[reason.parent]}: {reason.description}"
            yield replace(reason, code=f"{reason.parent}-{reason.code}", description=described)


def agencies(references: References) -> Iterator[Code]:
    for row in references.table("AGENCY_LOCATIONS"):
        if row["AGY_LOC_ID"].isalnum():
            yield Code(
                code=row["AGY_LOC_ID"],
                description=place_name(row["DESCRIPTION"]),
                parent=row["AGENCY_LOCATION_TYPE"],
                valid_to=day(row["DEACTIVATION_DATE"]),
            )
    for row in rows(references.folder.parent / "prisons" / "prisons_england_wales_postcodes.csv"):
        if row["name"]:
            yield Code(code=row["prison_id"], description=place_name(row["name"]), parent="INST", source=REGISTER)


def assessments(references: References) -> Iterator[Code]:
    for row in references.table("ASSESSMENTS"):
        if row["ASSESSMENT_CLASS"] == "TYPE" and row["DESCRIPTION"].startswith("CSR"):
            yield Code(code=row["ASSESSMENT_CODE"], description=row["DESCRIPTION"])


def outcomes(references: References) -> Iterator[Code]:
    for row in references.table("OFFENCE_RESULT_CODES"):
        withdrawn = "" if row["ACTIVE_FLAG"] == "Y" else "Y"
        yield Code(
            code=row["RESULT_CODE"],
            description=row["DESCRIPTION"],
            valid_to=day(row["EXPIRY_DATE"]),
            is_withdrawn=withdrawn,
        )


def alert_types(references: References) -> Iterator[Code]:
    published = rows(references.folder / ALERTS_API / "ALERT_TYPE.csv")
    yield from merged(alert_code(row, parent="") for row in published)
    yield from references.domain("ALERT")


def alert_kinds(references: References) -> Iterator[Code]:
    published = rows(references.folder / ALERTS_API / "ALERT_CODE.csv")
    yield from merged(alert_code(row, parent=row["ALERT_TYPE_ID"]) for row in published)
    yield from references.domain("ALERT_CODE")


def merged(codes: Iterable[Code]) -> Iterator[Code]:
    """Two editions of a list as one: valid since the earlier, withdrawn only when both say so."""
    first: dict[str, Code] = {}
    for code in codes:
        known = first.setdefault(code.code, code)
        ends = (known.valid_to, code.valid_to)
        first[code.code] = replace(
            known,
            valid_from=min(known.valid_from, code.valid_from),
            valid_to=max(ends) if all(ends) else "",
            is_withdrawn="Y" if all(ends) else "",
        )
    yield from first.values()


def alert_code(row: dict[str, str], *, parent: str) -> Code:
    return Code(
        code=row["CODE"],
        description=row["DESCRIPTION"],
        parent=parent,
        valid_from=day(row["CREATED_AT"]),
        valid_to=day(row["DEACTIVATED_AT"]),
        is_withdrawn="Y" if row["DEACTIVATED_AT"] else "",
        source=ALERTS_API,
    )


def religions(references: References) -> Iterator[Code]:
    for row in references.table("PROFILE_CODES"):
        if row["PROFILE_TYPE"] == "RELF":
            withdrawn = "" if row["ACTIVE_FLAG"] == "Y" else "Y"
            yield Code(code=row["PROFILE_CODE"], description=row["DESCRIPTION"], is_withdrawn=withdrawn)


def person_codes(references: References, table: str) -> Iterator[Code]:
    for row in rows(references.folder / PERSONS_API / f"{table}.csv"):
        yield Code(code=row["CODE"], description=row["DESCRIPTION"], source=PERSONS_API)


def incident_codes(references: References, *tables: str) -> Iterator[Code]:
    for table in tables:
        for row in rows(references.folder / INCIDENTS_API / f"{table}.csv"):
            yield Code(code=row["CODE"], description=row["DESCRIPTION"], source=INCIDENTS_API)


def write(name: str, codes: Iterable[Code]) -> None:
    first: dict[str, Code] = {}
    for code in codes:
        if "test alert" not in code.description.lower():
            first.setdefault(code.code, replace(code, description=told(code.description)))
    with (CODES / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows([[getattr(first[code], column) for column in HEADER] for code in sorted(first)])


def told(description: str) -> str:
    text = " ".join(description.split())
    return CORRECTED.get(text, text.capitalize() if text.isupper() and len(text) > 6 else text)


def place_name(name: str) -> str:
    words = ("HMP & YOI" if word == "HMPYOI" else word for word in name.replace("(", "( ").replace(")", " )").split())
    kept = ("HMP", "YOI", "HMP/YOI", "HMP & YOI", "MAPPP", "MUL")
    told = " ".join(word if word in kept else word.title() for word in words)
    return told.replace("( ", "(").replace(" )", ")")


def day(text: str) -> str:
    """The day of a date in either of the two styles of the extract, ISO 8601."""
    if not text:
        return ""
    first = text.split(" ")[0]
    style = "%Y-%m-%d" if first[4:5] == "-" else "%d-%m-%Y"
    return datetime.strptime(first, style).date().isoformat()  # noqa: DTZ007  a day has no zone


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    raise SystemExit(main())
