"""A small deterministic Singer tap: a test decides in its config what the stream has at which row. Starts in 20 ms.

It is a complete tap (config, discovery, catalog, state, incremental and full-table streams) because the tests that use it are about
moments inside the stream, which no other tap lets one choose.

Config:
    streams: [{
        name, rows           rows 1..rows exist at the source
        key                  key_properties (default none)
        full                 full table: begins at row 1 whatever the state says (default: incremental by id)
        version              full table with this version: on each record, ACTIVATE_VERSION at the end
        state                "often" (after each `every` rows), "end" (default), "never"
        every                default 250
        tag                  text in each row, so that two runs can be told apart
        column_at            from this row on there is one more property, announced by a second SCHEMA
        interleave           true: this stream and the next are sent in turn, row by row
    }]
    at: {stream, row, do}    at this row: hang | die | garbage | cut | silent-exit | orphan-record
    mark                     file to create when `at` is reached (and everything before it is flushed)
    on_term                  "ignore", or a file that gets the time at which SIGTERM came (then it exits)
    fork                     true: the work is done by a child, this process waits for it
"""

import argparse
import json
import os
import signal
import sys
import time


def properties(stream: dict, extended: bool) -> dict:
    listed = {
        "id": {"type": "integer"},
        "name": {"type": ["null", "string"]},
        "tag": {"type": ["null", "string"]},
        "amount": {"type": ["null", "number"]},
        "at": {"type": ["null", "string"], "format": "date-time"},
    }
    if extended:
        listed["extra"] = {"type": ["null", "string"]}
    return listed


def row(stream: dict, number: int, extended: bool) -> dict:
    values = {
        "id": number,
        "name": f"row {number}" if number % 7 else None,
        "tag": stream.get("tag", ""),
        "amount": number / 4,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1577836800 + number * 61)),
    }
    if extended:
        values["extra"] = f"extra {number}"
    return values


def catalog(config: dict) -> dict:
    entries = []
    for stream in config["streams"]:
        key = stream.get("key", [])
        listed = properties(stream, False)
        metadata = [{"breadcrumb": [], "metadata": {"inclusion": "available", "table-key-properties": key}}]
        for name in listed:
            inclusion = "automatic" if name in key else "available"
            metadata.append({"breadcrumb": ["properties", name], "metadata": {"inclusion": inclusion}})
        entries.append(
            {
                "tap_stream_id": stream["name"],
                "stream": stream["name"],
                "schema": {"type": "object", "properties": listed},
                "key_properties": key,
                "metadata": metadata,
            }
        )
    return {"streams": entries}


def selected(entry: dict, breadcrumb: list, default: bool) -> bool:
    for item in entry.get("metadata", []):
        if item["breadcrumb"] == breadcrumb:
            metadata = item["metadata"]
            return metadata.get("inclusion") == "automatic" or metadata.get("selected", default)
    return default


class Tap:
    def __init__(self, config: dict, chosen: dict | None, state: dict):
        self.config, self.bookmarks = config, state.get("bookmarks", {})
        entries = {entry["tap_stream_id"]: entry for entry in (chosen or catalog(config))["streams"]}
        self.entries = {name: entry for name, entry in entries.items() if chosen is None or selected(entry, [], False)}
        self.streams = [stream for stream in config["streams"] if stream["name"] in self.entries]

    def emit(self, message: dict) -> None:
        sys.stdout.write(json.dumps(message) + "\n")

    def state(self) -> None:
        self.emit({"type": "STATE", "value": {"bookmarks": self.bookmarks}})
        sys.stdout.flush()

    def columns(self, stream: dict, extended: bool) -> dict:
        entry = self.entries[stream["name"]]
        listed = properties(stream, extended)
        return {name: kind for name, kind in listed.items() if selected(entry, ["properties", name], True)}

    def schema(self, stream: dict, extended: bool) -> None:
        body = {"type": "object", "properties": self.columns(stream, extended)}
        self.emit({"type": "SCHEMA", "stream": stream["name"], "schema": body, "key_properties": stream.get("key", [])})

    def first(self, stream: dict) -> int:
        if stream.get("full") or stream.get("version"):
            return 1
        return self.bookmarks.get(stream["name"], {}).get("id", 0) + 1

    def rows(self, stream: dict):
        """A generator, so that streams can take turns: yields after each row."""
        name, every, style = stream["name"], stream.get("every", 250), stream.get("state", "end")
        change = stream.get("column_at")
        self.schema(stream, False)
        extended, shown = False, self.columns(stream, False)
        for number in range(self.first(stream), stream["rows"] + 1):
            if change and number >= change and not extended:
                extended = True
                self.schema(stream, True)
                shown = self.columns(stream, True)
            self.reach(name, number)
            values = {key: value for key, value in row(stream, number, extended).items() if key in shown}
            message = {"type": "RECORD", "stream": name, "record": values}
            if stream.get("version"):
                message["version"] = stream["version"]
            self.emit(message)
            if not stream.get("full") and not stream.get("version"):
                self.bookmarks[name] = {"id": number}
            if style == "often" and number % every == 0:
                self.state()
            yield
        if stream.get("version"):
            self.emit({"type": "ACTIVATE_VERSION", "stream": name, "version": stream["version"]})
            self.bookmarks[name] = {"version": stream["version"]}
        if style != "never":
            self.state()

    def run(self) -> None:
        waiting = list(self.streams)
        while waiting:
            turn = [waiting.pop(0)]
            while waiting and turn[-1].get("interleave"):
                turn.append(waiting.pop(0))
            generators = [self.rows(stream) for stream in turn]
            while generators:
                generators = [each for each in generators if next(each, self) is not self]
        sys.stdout.flush()

    def reach(self, name: str, number: int) -> None:
        at = self.config.get("at")
        if not at or at["row"] != number or at.get("stream", name) != name:
            return
        sys.stdout.flush()
        if mark := self.config.get("mark"):
            open(mark, "w").close()
        do = at["do"]
        if do == "hang":
            while True:
                signal.pause()
        elif do == "die":
            sys.stderr.write("tap-script: the source is on fire\n")
            sys.exit(3)
        elif do == "silent-exit":
            sys.exit(0)
        elif do == "garbage":
            sys.stdout.write("this is not a message\n")
        elif do == "cut":
            sys.stdout.write('{"type": "RECORD", "stream": "' + name + '", "record": {"id": 12')
            sys.stdout.flush()
            os._exit(3)
        elif do == "orphan-record":
            self.emit({"type": "RECORD", "stream": "never-announced", "record": {"id": 1}})


def obey_term(how) -> None:
    if how == "ignore":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif how:

        def note(*unused):
            with open(how, "w") as file:
                file.write(repr(time.time()))
            sys.stdout.flush()
            os._exit(0)

        signal.signal(signal.SIGTERM, note)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--catalog")
    parser.add_argument("--state")
    parser.add_argument("--discover", action="store_true")
    options = parser.parse_args()
    config = load(options.config)
    if options.discover:
        print(json.dumps(catalog(config), indent=2))
        return
    obey_term(config.get("on_term"))
    if config.get("fork") and os.fork():
        os.wait()
        return
    chosen = load(options.catalog) if options.catalog else None
    Tap(config, chosen, load(options.state) if options.state else {}).run()


def load(path: str) -> dict:
    with open(path) as file:
        return json.load(file)


if __name__ == "__main__":
    main()
