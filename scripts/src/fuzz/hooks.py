"""Loaded by schemathesis (SCHEMATHESIS_HOOKS). Random UUIDs only ever meet 404, so most of them become ids of things that
exist (LITEMAAS_FUZZ_THINGS, JSON by noun); and requests stay within what reaches the application at all."""

import json
import os
import re
import zlib
from urllib.parse import urlencode

import schemathesis

# Node refuses a longer request line and headers together with 431 before any route is known.
LONGEST_QUERY = 12_000

THINGS = json.loads(os.environ.get("LITEMAAS_FUZZ_THINGS", "{}"))
# Fields whose noun is not their own name.
NOUN_OF_FIELD = {"model": "names", "ownerId": "users", "actorId": "users", "administratorIds": "users"}


def noun_of(field):
    """`apiKeyId` and `apiKeyIds` name api-keys."""
    if field in NOUN_OF_FIELD:
        return NOUN_OF_FIELD[field]
    match = re.fullmatch(r"([a-zA-Z]+?)Ids?", field)
    if match is None:
        return None
    kebab = re.sub(r"([a-z])([A-Z])", r"\1-\2", match.group(1)).lower()
    return re.sub(r"y$", "ie", kebab) + "s"


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
        noun = noun_of(name)
        if noun is not None and isinstance(value, str):
            changed[name] = real(noun, value)
        elif noun is not None and isinstance(value, list):
            changed[name] = [real(noun, one) if isinstance(one, str) else one for one in value]
        elif isinstance(value, list):
            changed[name] = [with_real_ids(one) for one in value]
        elif isinstance(value, dict):
            changed[name] = with_real_ids(value)
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


def noun_in_path(path, parameter):
    """What stands before the parameter: `/api-keys/{id}`; else what its name says."""
    parts = path.split("/")
    place = parts.index("{" + parameter + "}")
    return parts[place - 1] if parameter == "id" else noun_of(parameter)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    changed = dict(path_parameters or {})
    for parameter, given in changed.items():
        if isinstance(given, str) and "{" + parameter + "}" in context.operation.path.split("/"):
            changed[parameter] = real(noun_in_path(context.operation.path, parameter), given)
    return changed if path_parameters else path_parameters
