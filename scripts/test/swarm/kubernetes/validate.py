"""Validates Kubernetes manifests strictly: built-in kinds by the schemas of a release, others by their definitions.

usage: validate.py RELEASE FOLDER_OF_DEFINITIONS FILE...

Prints a JSON object with all documents, and a line for each fault.
"""

import glob
import json
import sys

import jsonschema
import kubernetes_validate
import yaml


def closed(schema):
    """The same schema, where a field that is not named is a fault, as it is for the API server when it is strict."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        inside.setdefault("additionalProperties", False)
    return inside


def definitions(folder):
    found = {}
    for path in glob.glob(f"{folder}/crd-*.yaml"):
        spec = yaml.safe_load(open(path, encoding="utf-8"))["spec"]
        for version in spec["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[(f"{spec['group']}/{version['name']}", spec["names"]["kind"])] = schema
    return found


release, folder, *files = sys.argv[1:]
own = definitions(folder)
documents, faults = [], []
for file in files:
    for document in yaml.safe_load_all(open(file, encoding="utf-8")):
        documents.append(document)
        schema = own.get((document["apiVersion"], document["kind"]))
        try:
            if schema:
                jsonschema.validate(document, schema)
            else:
                kubernetes_validate.validate(document, release, strict=True)
        except Exception as fault:  # whatever the library has to say about it
            words = getattr(fault, "message", str(fault))
            faults.append(f"{document['kind']} {document['metadata']['name']}: {words}")
print(json.dumps({"documents": documents, "faults": faults}))
