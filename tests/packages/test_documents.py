"""The files beside the program: the unit, the manual pages, the completions, the settings, the SBOM, the checksums."""

import hashlib
import json
import os
import re
import signal
import unittest

from system import CHATS, PACKAGES, ROOT, SYSTEMS, VERSION, Service, deb, only, run
from unit import Unit

TREE = SYSTEMS / "contents"


def setUpModule():
    """The .deb unpacked."""
    run("rm", "-rf", TREE)
    TREE.mkdir(parents=True)
    run("dpkg-deb", "--extract", deb(), TREE)


def tearDownModule():
    run("rm", "-rf", TREE)


def unit_file():
    return next(TREE.glob("**/chatreports.service"))


class TheUnit(unittest.TestCase):
    def test_it_gives_the_service_few_rights(self):
        done = run("systemd-analyze", "security", "--offline=true", "--no-pager", unit_file())
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout + done.stderr)
        self.assertTrue(found, done.stdout + done.stderr)
        self.assertLessEqual(float(found[1]), 1.5)

    def test_systemd_understands_it(self):
        unit = SYSTEMS / "chatreports.service"
        self.addCleanup(unit.unlink)
        unit.write_text(unit_file().read_text().replace("/usr/bin/chatreports", str(ROOT / "build/release/chatreports")))
        done = run("systemd-analyze", "verify", "--man=no", unit, check=False)
        self.assertEqual([line for line in done.stderr.splitlines() if "chatreports" in line], [])

    def test_the_server_makes_no_system_call_that_the_unit_forbids(self):
        allowed = Unit(unit_file().read_text()).allowed_calls()
        self.assertIn("accept4", allowed)
        self.assertNotIn("chown", allowed)

        program = ROOT / "build/release/chatreports"
        trace = SYSTEMS / "trace"
        self.addCleanup(trace.unlink)
        data = SYSTEMS / "traced-data"
        self.addCleanup(run, "rm", "-rf", data)
        data.mkdir(mode=0o700)
        os.chown(data, 65534, 65534)
        # SQLite makes other calls as root.
        start = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        run(*start, program, "import", "--data", data, "--license", 1, "-", input=CHATS.decode())
        token = run(*start, program, "token", "create", "--data", data, "--license", 1).stdout.strip()
        # With -D the server is our child, which gets our signals, and strace is its.
        with Service(["strace", "-D", "-f", "-qq", "-o", trace, *start, program, "serve"],
                     {"CHATREPORTS_DATA": str(data), "CHATREPORTS_LISTEN": "127.0.0.1:0"}) as service:
            self.assertEqual(service.total(token), 10)
            service.process.send_signal(signal.SIGHUP)
            self.assertEqual(service.total(token), 10)
            self.assertEqual(service.stop(), 0)
        # The last execve starts the program, where systemd would have set its filter.
        used = set(re.findall(r"^\d+\s+(\w+)\(", trace.read_text().rpartition(" execve(")[2], re.M))
        self.assertIn("listen", used)
        self.assertEqual(used - allowed, set())


class Manual(unittest.TestCase):
    def test_pages_render_without_warnings(self):
        pages = sorted(TREE.glob("usr/share/man/man1/*.1.gz"))
        commands = re.findall(r"^  (\w+) +\S", run(ROOT / "build/release/chatreports", "--help").stdout.partition(
            "Subcommands:")[2].replace("SUBCOMMANDS:", ""), re.M)
        self.assertGreater(len(commands), 5)
        self.assertEqual({page.name for page in pages},
                         {"chatreports.1.gz"} | {f"chatreports-{command}.1.gz" for command in commands})
        for page in pages:
            with self.subTest(page.name):
                done = run("man", "--warnings", "--local-file", "--encoding=UTF-8", page,
                           env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
                self.assertEqual(done.stderr, "")
                self.assertIn("SEE ALSO", done.stdout)
                self.assertIn(f"chatreports {VERSION}", done.stdout)
                self.assertEqual(run("lexgrog", page).stdout.count(" - "), 1)

    def test_pages_have_every_flag(self):
        done = run("man", "--local-file", TREE / "usr/share/man/man1/chatreports-serve.1.gz",
                   env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "200"})
        flags = re.findall(r"^ +(--[\w-]+)", run(ROOT / "build/release/chatreports", "serve", "--help").stdout, re.M)
        self.assertGreater(len(flags), 30)
        for flag in flags:
            self.assertRegex(done.stdout, rf"(?m)^ +{flag}\b")


class Completions(unittest.TestCase):
    """Each shell completes lines of all kinds: commands, flags, values, files."""

    LINES = {
        "chatreports se": "serve",
        "chatreports serve --list": "--listen",
        "chatreports token cr": "create",
        "chatreports token create --scope reports_w": "reports_write",
        "chatreports import /etc/os-rel": "/etc/os-release",
        "chatreports webhook create --secret-file /etc/os-rel": "/etc/os-release",
    }

    def test_bash(self):
        file = TREE / "usr/share/bash-completion/completions/chatreports"
        for line, end in self.LINES.items():
            script = (f'source "{file}"; compopt() {{ :; }}; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); '
                      '_chatreports chatreports; echo "${COMPREPLY[*]}"')
            with self.subTest(line):
                done = run("bash", "--norc", "-c", script)
                self.assertEqual((done.stdout.split(), done.stderr), ([end], ""))

    def test_bash_with_the_package_bash_completion(self):
        """Under its name it is found when it is needed."""
        script = (f'BASH_COMPLETION_USER_DIR= XDG_DATA_DIRS="{TREE}/usr/share"; export XDG_DATA_DIRS; '
                  'source /usr/share/bash-completion/bash_completion; '
                  '_completion_loader chatreports || _comp_load chatreports; complete -p chatreports')
        self.assertIn("-F _chatreports", run("bash", "--norc", "-c", script, check=False).stdout)

    def test_fish(self):
        file = TREE / "usr/share/fish/vendor_completions.d/chatreports.fish"
        for line, end in self.LINES.items():
            with self.subTest(line):
                done = run("fish", "--no-config", "-c", f'source "{file}"; complete -C "{line}"',
                           env={**os.environ, "HOME": str(SYSTEMS)})
                self.assertEqual((done.stdout.splitlines()[0].split("\t")[0], done.stderr), (end, ""))

    def test_zsh(self):
        """In a terminal, where zsh completes. Ctrl-X notes the line and begins the next."""
        noted = SYSTEMS / "completed"
        noted.write_text("")
        self.addCleanup(noted.unlink)
        begin = f"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'note() {{ print -r -- "$BUFFER" >>{noted}; BUFFER= }}; zle -N note; bindkey "^X" note'
zpty -w shell 'fpath=({TREE}/usr/share/zsh/vendor-completions $fpath); autoload -Uz compinit; compinit -u -D'
integer lines
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t\\x18'
  (( ++lines ))
  repeat 100; do
    while zpty -r -t shell output; do; done
    (( $(wc -l <{noted}) < lines )) || break
    sleep 0.1
  done
done
zpty -d shell
"""
        run("timeout", "120", "zsh", "-f", "-c", begin, "zsh", *self.LINES)
        completed = [line.strip() for line in noted.read_text().splitlines()]
        self.assertEqual(completed, [line.rsplit(" ", 1)[0] + " " + end for line, end in self.LINES.items()])


class Parts(unittest.TestCase):
    """The SBOMs."""

    # Only tests use these packages of `./dev`.
    NOT_IN_THE_PROGRAM = {"libgtest-dev", "libgmock-dev", "librapidcheck-dev"}

    def libraries(self):
        text = (ROOT / "dev").read_text()
        packages = re.search(r"^build_packages=\((.*?)^\)", text, re.M | re.S)[1]
        return set(re.findall(r"\blib[\w.+-]+-dev\b", packages)) - self.NOT_IN_THE_PROGRAM

    def read(self, name):
        document = json.loads(only(name).read_text())
        self.assertEqual(document["spdxVersion"], "SPDX-2.3")
        self.assertEqual(document["dataLicense"], "CC0-1.0")
        self.assertRegex(document["documentNamespace"], r"^urn:uuid:[0-9a-f-]{36}$")
        self.assertRegex(document["creationInfo"]["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        packages = {package["SPDXID"]: package for package in document["packages"]}
        self.assertEqual(len(packages), len(document["packages"]))
        for package in packages.values():
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")
            for key in ["name", "versionInfo", "downloadLocation", "licenseDeclared", "copyrightText"]:
                self.assertTrue(package[key], package)
        related = {}
        for one in document["relationships"]:
            self.assertIn(one["relatedSpdxElement"], packages)
            related[packages[one["relatedSpdxElement"]]["name"]] = one["relationshipType"]
        self.assertEqual(set(related), {package["name"] for package in packages.values()})
        self.assertEqual(packages["SPDXRef-chatreports"]["versionInfo"], VERSION)
        return related, packages.values()

    def test_the_static_program_names_all_of_its_libraries(self):
        related, packages = self.read("*linux*.spdx.json")
        self.assertGreaterEqual(set(related), self.libraries() | {"preact", "uplot"})
        self.assertEqual({related[name] for name in ["libssl-dev", "libsqlite3-dev", "libfmt-dev", "libc6-dev"]},
                         {"STATIC_LINK"})
        for package in packages:
            if package["name"].endswith("-dev"):
                installed = run("dpkg-query", "--show", "--showformat", "${Version}", package["name"]).stdout
                self.assertEqual(package["versionInfo"], installed)
                self.assertIn(f"pkg:deb/debian/{package['name']}@", package["externalRefs"][0]["referenceLocator"])

    def test_the_package_names_the_libraries_that_it_depends_on(self):
        related, _ = self.read("*deb*.spdx.json")
        depends = re.findall(r"(?<![\w-])z?lib[\w.+-]+", run("dpkg-deb", "--field", deb(), "Depends").stdout)
        for name in depends:
            if not name.startswith("libspdlog"):  # a virtual package: libspdlog1.10-fmt9
                self.assertEqual(related.get(name), "DYNAMIC_LINK", name)


class Checksums(unittest.TestCase):
    def test_they_are_those_of_all_files(self):
        lines = (PACKAGES / "SHA256SUMS").read_text().splitlines()
        listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in PACKAGES.iterdir()
                 if path.name != "SHA256SUMS"}
        self.assertEqual(listed, found)
        self.assertGreaterEqual(len(found), 5)


if __name__ == "__main__":
    unittest.main()
