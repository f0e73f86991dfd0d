#!/usr/bin/env python3
"""The parts of the program as a CycloneDX 1.5 document: cargo metadata --format-version=1 … | sbom.py Cargo.lock.
All that is built into it or builds it, none that only tests use. The same input gives the same bytes."""
import json, sys, tomllib
told = json.load(sys.stdin)
with open(sys.argv[1], "rb") as file:
    checksums = {(part["name"], part["version"]): part.get("checksum") for part in tomllib.load(file)["package"]}
packages = {package["id"]: package for package in told["packages"]}
nodes = {node["id"]: node for node in told["resolve"]["nodes"]}
root = told["resolve"]["root"]
def needs(node):
    return [one["pkg"] for one in nodes[node]["deps"] if any(kind["kind"] != "dev" for kind in one["dep_kinds"])]
used, waiting = set(), [root]
while waiting:
    node = waiting.pop()
    if node not in used:
        used.add(node)
        waiting += needs(node)
def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"
def component(package, kind):
    part = {"type": kind, "bom-ref": purl(package), "name": package["name"], "version": package["version"],
            "purl": purl(package), "licenses": [{"expression": (package["license"] or "").replace("/", " OR ")}]}
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        part["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return part
parts = sorted((packages[node] for node in used if node != root), key=purl)
document = {
    "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
    "metadata": {"component": component(packages[root], "application")},
    "components": [component(part, "library") for part in parts],
    "dependencies": sorted(({"ref": purl(packages[node]), "dependsOn": sorted(purl(packages[one]) for one in needs(node))}
                            for node in used), key=lambda one: one["ref"]),
}
json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
print()
