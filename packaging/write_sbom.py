#!/usr/bin/python3
"""write_sbom.py BUILD VERSION FILE STATIC_LINK|DYNAMIC_LINK [FOLDER]: writes the parts of the program in the folder BUILD
as SPDX 2.3 (JSON). The linker, the compiler and package-lock.json say which files of others went into the program,
and dpkg says which package each file is from. Their licences go into FOLDER."""

import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import uuid

from write_copyright import contained

# Archives that packaging/make_static_libraries.sh made from Debian's sources, in folders named after the package.
MADE_HERE = "static_libraries"


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def linked_files(build, relation):
    if relation == "DYNAMIC_LINK":
        return set(re.findall(r"=> (/\S+)", output("ldd", str(build / "chatreports"))))
    text = (build / "chatreports.map").read_text(errors="replace")
    archives = set(re.findall(r"^(\S+\.a)\(", text, re.M))
    # The project's own are named relative to the folder.
    return {path for path in archives if path.startswith("/") and build.resolve() not in pathlib.Path(path).parents}


def compiled_headers(build):
    """The headers of others that went into the objects of the program."""
    inputs = set(output("ninja", "-C", str(build), "-t", "inputs", "chatreports").splitlines())
    headers = set()
    is_input = False
    for line in output("ninja", "-C", str(build), "-t", "deps").splitlines():
        if line and not line.startswith(" "):
            is_input = line.partition(": #deps")[0] in inputs
        elif is_input and line.strip().startswith("/"):
            headers.add(line.strip())
    root = build.resolve().parent.parent
    return {header for header in headers if root not in pathlib.Path(header).parents}


def package_names(files):
    """The Debian packages that the files are from."""
    names = set()
    asked = set()
    for file in files:
        made_here = re.search(rf"/{MADE_HERE}/([^/]+)/", file)
        if made_here:
            names.add(made_here[1])
        else:
            asked.add(os.path.realpath(file))
    # Before /usr was merged, a package may have had the file under the path without /usr.
    asked |= {path.removeprefix("/usr") for path in asked}
    found = subprocess.run(["dpkg-query", "--search", *sorted(asked)], capture_output=True, text=True).stdout
    known = set()
    for line in found.splitlines():
        packages, _, path = line.partition(": ")
        if not packages.startswith("diversion"):
            names.add(packages.split(",")[0].partition(":")[0])
            known |= {path, "/usr" + path}
    missing = sorted(path for path in asked if path not in known and "/usr" + path not in asked and
                     path.removeprefix("/usr") not in known)
    if missing:
        sys.exit(f"packaging/write_sbom.py: no Debian package has {', '.join(missing[:5])}")
    return names


def identifier(text):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", text)


def debian_package(name, release):
    form = "${Version}\n${Architecture}\n${source:Package}\n${source:Version}\n${Maintainer}\n${Homepage}"
    version, architecture, source, source_version, maintainer, homepage = output(
        "dpkg-query", "--show", "--showformat", form, name).split("\n")
    quoted = version.replace("+", "%2B").replace(":", "%3A").replace("~", "%7E")
    return {
        "SPDXID": identifier("deb-" + name), "name": name, "versionInfo": version,
        "supplier": "Organization: Debian", "originator": f"Organization: {maintainer.partition(' <')[0]}",
        **({"homepage": homepage} if homepage else {}),
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "sourceInfo": f"built from the Debian source package {source} {source_version}",
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": f"pkg:deb/debian/{name}@{quoted}?arch={architecture}&distro=debian-{release}"}],
    }


def npm_package(name, entry):
    algorithm, _, digest = entry["integrity"].partition("-")
    return {
        "SPDXID": identifier("npm-" + name), "name": name, "versionInfo": entry["version"],
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "checksums": [{"algorithm": algorithm.upper(), "checksumValue": base64.b64decode(digest).hex()}],
        "licenseConcluded": "NOASSERTION", "licenseDeclared": entry["license"], "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"}],
    }


def main():
    build, version, file, relation = pathlib.Path(sys.argv[1]), *sys.argv[2:5]
    licenses = pathlib.Path(sys.argv[5]) if len(sys.argv) > 5 else None
    program = (build / "chatreports").read_bytes()
    release = re.search(r'^VERSION_ID="?(\w+)', pathlib.Path("/etc/os-release").read_text(), re.M)[1]
    linked = package_names(linked_files(build, relation))
    with_headers = package_names(compiled_headers(build)) - linked
    page = build / "page/web"
    npm = contained(page)

    packages = [{
        "SPDXID": "SPDXRef-chatreports", "name": "chatreports", "versionInfo": version,
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "primaryPackagePurpose": "APPLICATION",
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT",
        "copyrightText": re.search(r"^Copyright.*$", pathlib.Path("LICENSE").read_text(), re.M)[0]}]
    relationships = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-chatreports", "")]
    for name in sorted(linked | with_headers):
        packages.append(debian_package(name, release))
        relationships.append(("SPDXRef-chatreports", relation if name in linked else "CONTAINS", packages[-1]["SPDXID"],
                              "" if name in linked else "Its headers are compiled in."))
    for name, entry in sorted(npm.items()):
        packages.append(npm_package(name, entry))
        relationships.append(("SPDXRef-chatreports", "CONTAINS", packages[-1]["SPDXID"], "A part of the web page."))

    created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    pathlib.Path(file).write_text(json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": pathlib.Path(file).name.removesuffix(".spdx.json"),
        # A name of its own for each program, and no address.
        "documentNamespace": uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(program).hexdigest()).urn,
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Organization: the chatreports authors", "Tool: packaging/write_sbom.py"]},
        "packages": packages,
        "relationships": [{"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other,
                           **({"comment": comment} if comment else {})}
                          for one, kind, other, comment in relationships],
    }, indent=1) + "\n")

    if licenses:
        licenses.mkdir(parents=True)
        for name in sorted(linked | with_headers):
            shutil.copyfile(f"/usr/share/doc/{name}/copyright", licenses / name)
        for name in npm:
            shutil.copyfile(page / "node_modules" / name / "LICENSE", licenses / name.replace("/", "-"))


if __name__ == "__main__":
    main()
