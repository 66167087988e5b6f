"""Asks the Singer SDK to flatten a schema and its records, through the default stream map as a target applies it.

Answer: {"schema", "records"} after flattening, or the "problem".
"""

import logging

from answering import error_of, serve
from singer_sdk.mapper import PluginMapper


def answer(case: dict) -> dict:
    found: dict = {}
    try:
        mapper = PluginMapper(plugin_config=case["config"], logger=logging.getLogger("oracle"))
        mapper.register_raw_stream_schema("t", case["schema"], case["keys"])
        flat = mapper.stream_maps["t"][0]
        found["schema"] = flat.transformed_schema
        found["records"] = [flat.transform(record) for record in case["records"]]
    except Exception as problem:
        return {"problem": error_of(problem)}
    return found


logging.disable(logging.CRITICAL)
serve(answer)
