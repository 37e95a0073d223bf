"""Fresh systems for the tests of the packages: folders with a Debian, made by debootstrap, in which commands run with
chroot. They have no systemd that runs, so a test reads the unit and starts its command under the same restrictions."""

import atexit
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/black_box"))

from program import chat, path_of  # noqa: E402
from unit import Unit  # noqa: E402

PACKAGES = ROOT / "build/packages"
SYSTEMS = ROOT / "build/package_test"
RELEASE = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', pathlib.Path("/etc/os-release").read_text(), re.M))
VERSION = subprocess.run([ROOT / "build/release/chatreports", "--version"], capture_output=True, text=True,
                         check=True).stdout.split()[1]
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8",
               "DEBIAN_FRONTEND": "noninteractive"}
# In a mount namespace of its own, so that nothing is left to unmount. Where / is no mount, as in another chroot, it can't be
# made private.
BEFORE_MOUNTS = ["set -e; root=$1; shift", "mount --make-rprivate / 2>/dev/null || true"]
MOUNTS = ['mount -t proc proc "$root/proc"', 'mount --rbind /dev "$root/dev"']
AFTER_MOUNTS = ['exec chroot "$root" "$@"']

CHATS = "".join(json.dumps(chat(f"T{n}", f"2026-04-27T{n:02}:00:00.000000Z")) + "\n" for n in range(10)).encode()
DAY = "2026-04-27"  # of all of these


def only(pattern):
    """The one file in build/packages/ of that pattern."""
    found = sorted(PACKAGES.glob(pattern))
    if len(found) != 1:
        raise AssertionError(f"{pattern} is {len(found)} files in {PACKAGES}")
    return found[0]


def deb():
    return only("chatreports_*.deb")


def run(*command, check=True, **keywords):
    """The output as text. `check` makes a failure an error that shows it."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **keywords)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class System:
    """A folder in which commands run with chroot; it goes away at the end."""

    def __init__(self):
        SYSTEMS.mkdir(parents=True, exist_ok=True)
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="system-", dir=SYSTEMS))
        self.root.chmod(0o755)
        atexit.register(shutil.rmtree, self.root, ignore_errors=True)

    @classmethod
    def debian(cls):
        """The smallest Debian of this release."""
        base = SYSTEMS / f"debian-{RELEASE['VERSION_CODENAME']}"
        if not base.exists():
            SYSTEMS.mkdir(parents=True, exist_ok=True)
            made = pathlib.Path(tempfile.mkdtemp(prefix="debootstrap-", dir=SYSTEMS))
            run("debootstrap", "--variant=minbase", RELEASE["VERSION_CODENAME"], made)
            made.chmod(0o755)
            made.rename(base)
        system = cls()
        run("cp", "-a", "--reflink=auto", f"{base}/.", system.root)
        # The places that this system gets its packages from, and how it resolves names.
        for place in ["etc/apt/sources.list", "etc/apt/sources.list.d", "etc/resolv.conf"]:
            source, target = pathlib.Path("/") / place, system.path(place)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            elif source.exists():
                shutil.copyfile(source, target)
        system.run("apt-get", "update", "-qq")
        return system

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def path(self, path):
        return self.root / str(path).lstrip("/")

    def words(self, command, mounts=MOUNTS):
        script = "\n".join([*BEFORE_MOUNTS, *mounts, *AFTER_MOUNTS])
        return ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c", script, "sh", str(self.root), *map(str, command)]

    def run(self, *command, environment=None, **keywords):
        return run(*self.words(command), env={**ENVIRONMENT, **(environment or {})}, **keywords)

    def install(self, file):
        """Installs a .deb with all that it depends on."""
        shutil.copy(file, self.path("tmp"))
        return self.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confdef",
                        "--allow-downgrades", f"/tmp/{file.name}")

    def unit(self):
        """The unit, with what an administrator has added to it."""
        for folder in ["usr/lib", "lib", "etc"]:
            path = self.path(f"{folder}/systemd/system/chatreports.service")
            if path.exists():
                added = sorted(self.path("etc/systemd/system/chatreports.service.d").glob("*.conf"))
                return Unit("\n".join(file.read_text() for file in [path, *added]))
        raise AssertionError("there is no unit")

    def as_user(self, *command, **keywords):
        """A command on the data folder as docs/operations.md has it."""
        return self.run("runuser", "-u", "chatreports", "--", *command, **keywords)

    def fill(self, program="chatreports", data="/var/lib/chatreports", start=()):
        """Imports ten chats and returns a token."""
        done = self.run(*start, program, "import", "--data", data, "--license", 1, "/tmp/chats.ndjson")
        assert "10" in done.stdout, done.stdout
        return self.run(*start, program, "token", "create", "--data", data, "--license", 1).stdout.strip()

    def serve(self):
        """The service as the unit has it, but on a port that is free."""
        unit = self.unit()
        return Service(self.words(unit.command(), unit.mounts()),
                       {**unit.environment(), "CHATREPORTS_LISTEN": "127.0.0.1:0"})


class Service:
    """A server, until the end of the with block."""

    def __init__(self, words, environment):
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, env={"PATH": ENVIRONMENT["PATH"], **environment})
        self.log = ""
        while True:
            line = self.process.stderr.readline().decode()
            self.log += line
            found = re.search(r"(https?)://127\.0\.0\.1:(\d+)", line)
            if found:
                self.scheme, self.port = found[1], int(found[2])
                return
            if not line:
                self.process.stderr.close()
                raise AssertionError(f"the server did not start ({self.process.wait()}): {self.log}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends it as systemd would; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        if not self.process.stderr.closed:
            self.log += self.process.stderr.read().decode()
            self.process.stderr.close()
        return code

    def ask(self, method, target, token, body=None):
        """(status, body as text) of one request."""
        if self.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body,
                               {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def report(self, token, day=DAY):
        """The report total_chats of a day, as text."""
        status, text = self.ask("POST", path_of("chats/total_chats"), token, json.dumps(
            {"distribution": "day", "filters": {"from": f"{day}T00:00:00Z", "to": f"{day}T23:59:59Z"}}))
        assert status == 200, text
        return text

    def total(self, token, day=DAY):
        """The number of chats in that report."""
        return json.loads(self.report(token, day))["total"]


class SystemTest(unittest.TestCase):
    def debian(self):
        system = System.debian()
        self.addCleanup(system.remove)
        system.path("tmp/chats.ndjson").write_bytes(CHATS)
        return system
