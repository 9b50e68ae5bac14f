"""Loaded by schemathesis (SCHEMATHESIS_HOOKS). Random UUIDs only ever meet 404, so most of them become ids of things that
exist (LITEMAAS_FUZZ_THINGS, JSON by noun); and requests stay within what reaches the application at all."""

import json
import os
import zlib
from urllib.parse import urlencode

import schemathesis

# Node refuses a longer request line and headers together with 431 before any route is known.
LONGEST_QUERY = 12_000

THINGS = json.loads(os.environ.get("LITEMAAS_FUZZ_THINGS", "{}"))
NOUN_OF_FIELD = {
    "modelId": "models",
    "modelIds": "models",
    "apiKeyId": "api-keys",
    "subscriptionId": "subscriptions",
    "model": "names",
}


def real(noun, given):
    """The same given value always becomes the same thing; one in four stays what it was."""
    things = THINGS.get(noun, [])
    mark = zlib.crc32(repr(given).encode())
    return given if not things or mark % 4 == 0 else things[(mark >> 2) % len(things)]


def with_real_ids(values):
    if not isinstance(values, dict):
        return values
    changed = {}
    for name, value in values.items():
        noun = NOUN_OF_FIELD.get(name)
        if noun is not None and isinstance(value, str):
            changed[name] = real(noun, value)
        elif noun is not None and isinstance(value, list):
            changed[name] = [real(noun, one) if isinstance(one, str) else one for one in value]
        elif name == "modelLimits" and isinstance(value, list):
            changed[name] = [with_real_ids(one) for one in value]
        else:
            changed[name] = value
    return changed


@schemathesis.hook
def filter_query(context, query):
    return len(urlencode(query or {}, doseq=True)) < LONGEST_QUERY


@schemathesis.hook
def map_query(context, query):
    return with_real_ids(query)


@schemathesis.hook
def map_body(context, body):
    return with_real_ids(body)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    given = (path_parameters or {}).get("id")
    if not isinstance(given, str):
        return path_parameters
    noun = next((part for part in context.operation.path.split("/") if part in THINGS), "")
    return {**path_parameters, "id": real(noun, given)}
