"""Stream maps: expressions over one table of people, and the operators that act on whole streams.

The input of a case: {"config": {"stream_maps", "stream_map_config"?, flattening_*?}, "messages": [SCHEMA and RECORD, ...]}.
"""

from oracle.messages import ARRAY, BOOLEAN, DATE, DATE_TIME, INTEGER, NUMBER, STRING, kind, records, schema
from oracle.stream_maps.expressions import EXPRESSIONS

TOOL = {"venv": "singer-sdk", "packages": ["singer-sdk", "simpleeval"]}

PEOPLE = {
    "id": INTEGER, "name": STRING, "email": STRING, "age": INTEGER, "score": NUMBER, "active": BOOLEAN, "born": DATE,
    "seen": DATE_TIME, "tags": ARRAY, "address": kind("object", properties={"city": STRING, "zip": STRING}), "class": STRING,
}  # fmt: skip
ROWS = [
    {"id": 1, "name": "Ann Alba", "email": "Ann@Example.com", "age": 31, "score": 2.5, "active": True, "born": "1993-02-03",
     "seen": "2024-01-02T03:04:05Z", "tags": ["a", "b"], "address": {"city": "Bern", "zip": "3000"}, "class": "x"},
    {"id": 2, "name": "Bob", "email": "bob@other.org", "age": 17, "score": -1, "active": False, "born": "2007-12-31",
     "seen": "2024-02-29T23:59:59Z", "tags": [], "address": {"city": "Åre", "zip": "830 05"}, "class": "y"},
]  # fmt: skip
BARE = {"id": 3, "name": None, "email": None, "age": None, "score": None, "active": None, "born": None, "seen": None, "tags": None,
        "address": None, "class": None}  # fmt: skip


def people(*rows: dict, stream: str = "people", keys: tuple = ("id",)) -> list[dict]:
    return [schema(stream, PEOPLE, list(keys)), *records(stream, list(rows or ROWS))]


def case(name: str, maps: dict, messages: list[dict] | None = None, **config: object) -> dict:
    return {"name": name, "input": {"config": {"stream_maps": maps, **config}, "messages": messages or people()}}


def groups() -> dict[str, list[dict]]:
    return {"expressions": expressions(), "properties": properties(), "streams": streams(), "filters": filters()}


def expressions() -> list[dict]:
    """Each expression makes a new property beside the key; all else is dropped."""
    settings = {"factor": 3, "word": "salt", "list": [1, 2], "flag": False}
    return [case(text, {"people": {"id": "id", "out": text, "__else__": None}}, stream_map_config=settings) for text in EXPRESSIONS]


def properties() -> list[dict]:
    maps = {
        "add a property": {"upper": "name.upper()"},
        "replace a property": {"name": "name.lower()"},
        "replace by self": {"name": "self + '!'"},
        "self in a new property": {"fresh": "self"},
        "remove by null": {"email": None},
        "remove by __NULL__": {"email": "__NULL__"},
        "remove what is not there": {"nothing": None},
        "remove a key property": {"id": None},
        "rename": {"mail": "email", "email": None},
        "rename keeps the type": {"years": "age", "age": None},
        "swap two": {"name": "email", "email": "name"},
        "expressions see the original record": {"name": "'changed'", "copy": "name"},
        "a constant": {"source": "'people'"},
        "a constant with quotes": {"source": "\"it's\""},
        "a number constant": {"one": "1"},
        "int of a constant": {"one": "int(1)"},
        "a text over an integer property": {"age": "'old'"},
        "an integer over a text property": {"name": "int(age)"},
        "record": {"everything": "record"},
        "record and else null": {"id": "id", "everything": "record", "__else__": None},
        "else null": {"id": "id", "name": "name", "__else__": None},
        "else __NULL__": {"id": "id", "name": "name", "__else__": "__NULL__"},
        "else null, key not mapped": {"name": "name", "__else__": None},
        "else null, key not mapped but no keys": {"name": "name", "__else__": None, "__key_properties__": []},
        "else null, alone": {"__else__": None},
        "else null keeps replaced keys": {"id": "id + 100", "__else__": None},
        "else something else": {"name": "name", "__else__": "keep"},
        "key properties": {"__key_properties__": ["email"]},
        "key properties of a new property": {"hash": "md5(email)", "__key_properties__": ["hash"]},
        "key properties with the old key removed": {"id": None, "__key_properties__": ["email"]},
        "key properties null": {"id": None, "__key_properties__": None},
        "key properties empty": {"id": None, "__key_properties__": []},
        "key properties not in the schema": {"__key_properties__": ["nope"]},
        "key properties and else null": {"name": "name", "__key_properties__": ["name"], "__else__": None},
        "key properties and else null, key not mapped": {"name": "name", "__key_properties__": ["email"], "__else__": None},
        "expression is a number": {"x": 1},
        "expression is a list": {"x": ["a"]},
        "expression is empty": {"x": ""},
        "expression is blank": {"x": " "},
        "syntax error": {"x": "name +"},
        "statement": {"x": "y = 1"},
        "two statements": {"x": "1; 2"},
        "unknown name": {"x": "nope"},
        "unknown function": {"x": "nope(1)"},
        "unknown method": {"x": "name.nope()"},
        "private attribute": {"x": "name.__class__"},
        "format method": {"x": "'{}'.format(name)"},
        "lambda": {"x": "(lambda: 1)()"},
        "empty map": {},
        "__alias__ alone": {"__alias__": "persons"},
        "alias and change": {"__alias__": "persons", "name": "name.upper()"},
        "alias of the stream's name": {"__alias__": "__stream_name__ + '_v2'"},
        "alias as an expression": {"__alias__": "'a' + 'b'"},
        "alias is a quoted text": {"__alias__": "'persons'"},
        "alias with a dash": {"__alias__": "my-persons"},
        "alias with a blank": {"__alias__": "my persons"},
        "stream names in expressions": {"__alias__": "persons", "a": "__stream_name__", "b": "__original_stream_name__"},
        "date type": {"d": "datetime.date.today().replace(2024, 1, 2)"},
        "date type at the end": {"d": "datetime.datetime.fromisoformat(seen[:-1]).date()"},
        "date-time type": {"d": "datetime.datetime.fromisoformat(seen[:-1])"},
        "isoformat keeps date-time type": {"d": "datetime.datetime.fromisoformat(seen[:-1]).isoformat()"},
        "strftime": {"d": "datetime.datetime.strptime(born, '%Y-%m-%d').strftime('%d/%m/%Y')"},
        "json dumps type": {"j": "json.dumps(address)"},
        "json loads over an object": {"address": "json.loads('{\"a\": 1}')"},
        "float type": {"f": "float(age)"},
        "str type": {"s": "str(age)"},
        "bool type": {"b": "bool(age)"},
        "type by prefix only": {"s": "age + int(score)"},
        "blank before the function": {"s": " int(age)"},
    }
    found = [case(name, {"people": spec}) for name, spec in maps.items()]
    found.append(case("config value", {"people": {"salted": "md5(config['salt'] + email)"}}, stream_map_config={"salt": "s3"}))
    found.append(case("config get", {"people": {"v": "config.get('nope', 'none')"}}, stream_map_config={"salt": "s3"}))
    found.append(case("config missing", {"people": {"v": "config['nope']"}}, stream_map_config={"salt": "s3"}))
    found.append(case("no config", {"people": {"v": "config['nope']"}}))
    found.append(case("null values", {"people": {"n": "name.upper() if name else 'none'"}}, people(*ROWS, BARE)))
    found.append(case("method of null", {"people": {"n": "name.upper()"}}, people(*ROWS, BARE)))
    found.append(case("arithmetic with null", {"people": {"n": "age + 1"}}, people(BARE)))
    found.append(case("property missing in a record", {"people": {"n": "name"}}, people({"id": 1})))
    found.append(case("property missing, by get", {"people": {"n": "record.get('name', 'none')"}}, people({"id": 1})))
    found.append(case("property missing, by index", {"people": {"n": "_['name']"}}, people({"id": 1})))
    flat = {"flattening_enabled": True, "flattening_max_depth": 1}
    found.append(case("flattening, map of the object", {"people": {"city": "address['city']"}}, **flat))
    found.append(case("flattening, map of the flat name", {"people": {"address__city": "'x'"}}, **flat))
    found.append(case("flattening, remove the object", {"people": {"address": None}}, **flat))
    found.append(case("flattening, remove the flat name", {"people": {"address__zip": None}}, **flat))
    found.append(case("flattening without maps", {}, **flat))
    found.append(case("flattening without depth", {}, flattening_enabled=True))
    found.append(case("flattening, new object", {"people": {"o": "{'a': 1}"}}, **flat))
    return found


def streams() -> list[dict]:
    orders = [schema("orders", {"id": INTEGER, "total": NUMBER}, ["id"]), *records("orders", [{"id": 1, "total": 9.5}])]
    both = people(ROWS[0]) + orders
    dashed = people(ROWS[0], stream="app-people") + people(ROWS[1], stream="app-pets")
    maps = {
        "stream null": {"people": None},
        "stream __NULL__": {"people": "__NULL__"},
        "stream is a text": {"people": "nope"},
        "stream is a number": {"people": 5},
        "else null": {"people": {}, "__else__": None},
        "else __NULL__": {"people": {}, "__else__": "__NULL__"},
        "else something else": {"people": {}, "__else__": {}},
        "unknown operator": {"__nope__": None},
        "source": {"copy": {"__source__": "people", "name": "name.upper()"}},
        "source and original dropped": {"people": None, "copy": {"__source__": "people"}},
        "source with else null": {"copy": {"__source__": "people", "__else__": None, "id": "id", "name": "name"}, "__else__": None},
        "two sources": {"a": {"__source__": "people", "email": None}, "b": {"__source__": "people", "name": None}},
        "source and map of the original": {"people": {"x": "1"}, "copy": {"__source__": "people", "x": "2"}},
        "source of nothing": {"copy": {"__source__": "nope"}},
        "source and alias": {"copy": {"__source__": "people", "__alias__": "other"}},
        "source by a glob": {"copy": {"__source__": "peo*"}},
        "alias to another stream": {"people": {"__alias__": "orders_two"}},
        "glob": {"*": {"loaded_by": "'pond'"}},
        "glob prefix": {"peo*": {"x": "'p'"}},
        "glob question mark": {"order?": {"x": "'p'"}},
        "glob class": {"[op]*s": {"x": "'p'"}, "people": None},
        "glob case": {"PEOPLE": {"x": "'p'"}},
        "glob null": {"*": None},
        "glob null, then one": {"*": None, "people": {}},
        "one, then glob null": {"people": {}, "*": None},
        "glob and exact": {"*": {"a": "'1'"}, "people": {"b": "'2'"}},
        "exact and glob": {"people": {"b": "'2'"}, "*": {"a": "'1'"}},
        "glob alias": {"*": {"__alias__": "all"}},
        "glob alias by name": {"*": {"__alias__": "__stream_name__ + '_raw'"}},
        "glob needs a property that one lacks": {"*": {"x": "name"}},
    }
    found = [case(name, spec, both) for name, spec in maps.items()]
    found.append(case("dashed stream", {"app-people": {"x": "'p'"}}, dashed))
    found.append(case("dashed glob", {"app-*": {"__alias__": "__stream_name__.split('-')[1]"}}, dashed))
    wider = schema("people", {**PEOPLE, "extra": STRING}, ["id"])
    again = [*people(ROWS[0]), wider, *records("people", [{**ROWS[1], "extra": "e"}])]
    found.append(case("schema changes", {"people": {"name": "name.upper()"}}, again))
    found.append(case("schema changes, default map", {"other": {}}, again))
    keys = [*people(ROWS[0]), schema("people", PEOPLE, ["email"]), *records("people", [ROWS[1]])]
    found.append(case("keys change", {"people": {"x": "1"}}, keys))
    removed = [*people(ROWS[0], keys=("email",))]
    found.append(case("remove the key of this stream", {"people": {"email": None}}, removed))
    keyless = people(ROWS[0], keys=())
    found.append(case("no keys, else null", {"people": {"name": "name", "__else__": None}}, keyless))
    required = schema("people", PEOPLE, ["id"])
    required["schema"]["required"] = ["id", "email"]
    found.append(case("remove a required property", {"people": {"email": None}}, [required, *records("people", ROWS)]))
    found.append(case("required and else null", {"people": {"id": "id", "name": "name", "__else__": None}}, [required, *records("people", ROWS)]))
    return found


FILTERS = [
    "age > 18", "age >= 17", "active", "not active", "name == 'Bob'", "name != 'Bob'", "name in ('Bob', 'Cid')", "'b' in tags",
    "'b' not in tags", "email.endswith('.org')", "email.lower().endswith('example.com')", "age > 18 and active", "age > 18 or name == 'Bob'",
    "score < 0", "address['city'] == 'Bern'", "_['class'] == 'x'", "record['class'] == 'x'", "len(tags) > 0", "tags", "True", "False", "0", "''", "None", "name.startswith('A') and (age > 30 or score > 5)", "born < '2000-01-01'",
    "seen >= '2024-02-01'", "1 < id < 3", "id % 2 == 0", "class == 'x'", "nope > 1", "age >", "any([t == 'a' for t in tags])",
    "bool(active)", "__stream_name__ == 'people'", "name is None", "name is not None", "age == 31.0", "active == 1",
]  # fmt: skip


def filters() -> list[dict]:
    found = [case(text, {"people": {"__filter__": text, "id": "id", "name": "name", "__else__": None}}) for text in FILTERS]
    found.append(case("filter is a number", {"people": {"__filter__": 1}}))
    found.append(case("filter is null", {"people": {"__filter__": None}}))
    found.append(case("filter is empty", {"people": {"__filter__": ""}}))
    found.append(case("filter sees the original", {"people": {"__filter__": "name == 'Bob'", "name": "'x'"}}))
    found.append(case("filter sees the removed", {"people": {"__filter__": "email == 'bob@other.org'", "email": None}}))
    found.append(case("filter with a null", {"people": {"__filter__": "age and age > 18"}}, people(*ROWS, BARE)))
    found.append(case("filter compares a null", {"people": {"__filter__": "age > 18"}}, people(*ROWS, BARE)))
    found.append(case("filter on a copy", {"adults": {"__source__": "people", "__filter__": "age > 18"}}))
    return found
