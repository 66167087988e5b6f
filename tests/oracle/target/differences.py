"""Where Pond's tables are meant to differ from those of an SQL target made of the Singer SDK."""

from oracle.harness import Difference, Mismatch
from oracle.replay import named


def at(what: str, *globs: str):
    return lambda m: m.what == what and named(*globs)(m)


def refused_by(whom: str, *globs: str):
    return lambda m: m.what == "error" and named(*globs)(m) and (m.pond is None) == (whom == "the SDK")


def column(name: str, *globs: str):
    return lambda m: m.what == "column" and m.where.endswith("." + name) and named(*globs)(m)


def widened(m: Mismatch) -> bool:
    return m.what in ("type", "value") and named("schemas-integer becomes number", "schemas-boolean becomes integer", "schemas-date becomes date-time")(m)


DIFFERENCES = [
    Difference("documents are JSON", "an SDK target has text", lambda m: m.what == "type" and (m.real, m.pond) == ("VARCHAR", "JSON")),
    Difference("metadata columns are last", "the tap's own stand among the others in the SDK", at("order", "metadata-*")),
    Difference("wider types", "the column is widened so that no value is lost; the SDK keeps the old type and rounds 2.5 to 3, 2 to true, an instant to its day", widened),
    Difference("no common type", "is text; the SDK fails", refused_by("the SDK", "schemas-integer becomes date-time")),
    Difference("dashes in names", "a-b-c-d is table c_d, as in target-duckdb", at("table", "names-stream 'a-b-c-d'*")),
    Difference("names without a letter", "stay as they are; the SDK crashes", refused_by("the SDK", "names-column '$'", "names-column 'é'", "names-stream '--x'*")),
    Difference("columns left out", "keep their old values in an update, as in target-duckdb", at("value", "load_methods-narrower second run, upsert")),
    Difference("NULL keys", "are an error, as in target-duckdb: such a row would never be found again", refused_by("Pond", "validation-key null", "validation-null where not allowed, False")),
    Difference("1.0 is an integer", "as JSON Schema says", refused_by("the SDK", "validation-integer as 1.0, True")),
    Difference("versions are kept", "records with a version get _sdc_table_version even without metadata: ACTIVATE_VERSION needs it", column("_sdc_table_version", "metadata-*", "sdk_streams-*")),
    Difference("versions work without metadata", "the SDK adds the columns at ACTIVATE_VERSION but never fills them", lambda m: m.what in ("type", "value") and m.where.endswith(("._sdc_table_version", "._sdc_deleted_at")) and named("versions-without metadata")(m)),
    Difference("rows from before versions", "are older than any version: what is no longer in the source would stay for ever", at("value", "versions-records without a version")),
    Difference("an empty state", "is a state", at("state", "sdk_streams-record_missing_fields*")),
]
