"""The static program: in the tarball, in a folder with nothing but time zones, and in the tree of the image."""

import json
import os
import re
import shlex
import shutil
import unittest

from system import CHATS, ROOT, SYSTEMS, VERSION, Service, System, SystemTest, only, run


def unpack(pattern):
    """The folder that the archive contains."""
    archive = only(pattern)
    run("tar", "--extract", "--gzip", "--file", archive, "--directory", SYSTEMS)
    return SYSTEMS / archive.name.removesuffix(".tar.gz")


class UnpackedTest(SystemTest):
    ARCHIVE = ""

    @classmethod
    def setUpClass(cls):
        SYSTEMS.mkdir(parents=True, exist_ok=True)
        cls.tree = unpack(cls.ARCHIVE)
        cls.addClassCleanup(shutil.rmtree, cls.tree)


class Tarball(UnpackedTest):
    ARCHIVE = "*linux*.tar.gz"

    def alone(self):
        """A system of the program and the time zones: no libraries, no shell, no user, no /proc."""
        system = System()
        self.addCleanup(system.remove)
        shutil.copy(self.tree / "chatreports", system.root)
        system.path("usr/share").mkdir(parents=True)
        run("cp", "-a", "/usr/share/zoneinfo", system.path("usr/share"))
        system.path("tmp").mkdir()
        system.path("tmp").chmod(0o1777)
        system.path("tmp/chats.ndjson").write_bytes(CHATS)
        system.path("data").mkdir(mode=0o700)
        os.chown(system.path("data"), 12345, 12345)
        return system

    def start(self, system):
        return ["chroot", "--userspec=12345:12345", system.root]

    def test_the_program_needs_no_library(self):
        headers = run("readelf", "--program-headers", "--dynamic", self.tree / "chatreports").stdout
        self.assertNotIn("INTERP", headers)
        self.assertNotIn("NEEDED", headers)
        # It is loaded at a place that nobody can guess.
        self.assertIn("DYN (", headers)
        self.assertNotIn("debug_info", run("readelf", "--sections", "--wide", self.tree / "chatreports").stdout)

    def test_the_program_and_the_tarball_have_one_version(self):
        system = self.alone()
        done = run(*self.start(system), "/chatreports", "--version")
        self.assertEqual(done.stdout, f"chatreports {VERSION}\n")
        self.assertEqual(self.tree.name, f"chatreports-{VERSION}-linux-{os.uname().machine}")

    def test_it_works_where_there_are_only_time_zones(self):
        system = self.alone()
        program = [*self.start(system), "/chatreports"]
        run(*program, "import", "--data", "/data", "--license", 1, "/tmp/chats.ndjson")
        token = run(*program, "token", "create", "--data", "/data", "--license", 1).stdout.strip()
        # chroot becomes the program, so our signals reach it.
        with Service([*map(str, program), "serve"], {"CHATREPORTS_DATA": "/data", "CHATREPORTS_LISTEN": "127.0.0.1:0"}) as service:
            self.assertEqual(service.total(token), 10)
            self.assertEqual(service.stop(), 0)
        run(*program, "backup", "--data", "/data", "/tmp/backup")
        run(*program, "restore", "--data", "/tmp/restored", "/tmp/backup")
        reports = {run(*program, "report", "chats/total_chats", "--data", folder, "--license", 1, "--from", "2026-04-27",
                       "--to", "2026-04-27", "--timezone", "US/Pacific", "--format", "csv").stdout
                   for folder in ["/data", "/tmp/restored"]}
        self.assertEqual(len(reports), 1)
        self.assertIn("2026-04-27", reports.pop())

    def test_it_listens_with_tls(self):
        system = self.alone()
        key, certificate = system.path("tmp/key.pem"), system.path("tmp/cert.pem")
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=localhost", "-keyout", key, "-out", certificate)
        key.chmod(0o644)
        program = [*self.start(system), "/chatreports"]
        run(*program, "import", "--data", "/data", "--license", 1, "/tmp/chats.ndjson")
        token = run(*program, "token", "create", "--data", "/data", "--license", 1).stdout.strip()
        with Service([*map(str, program), "serve"], {
                "CHATREPORTS_DATA": "/data", "CHATREPORTS_LISTEN": "127.0.0.1:0",
                "CHATREPORTS_TLS_CERT": "/tmp/cert.pem", "CHATREPORTS_TLS_KEY": "/tmp/key.pem"}) as service:
            self.assertEqual(service.scheme, "https")
            self.assertEqual(service.total(token), 10)
            self.assertEqual(service.stop(), 0)

    def test_the_tests_of_the_program_pass(self):
        """Those of zones, files, restarts and the versions of the API."""
        for test in ["test_zones", "test_import", "test_restart", "test_versions"]:
            with self.subTest(test):
                done = run("/usr/bin/python3", ROOT / f"tests/black_box/{test}.py", check=False,
                           env={**os.environ, "CHATREPORTS_PROGRAM": str(self.tree / "chatreports")})
                self.assertIn(done.returncode, (0, 77), done.stderr[-3000:])

    def test_everything_is_there(self):
        names = {str(path.relative_to(self.tree)) for path in self.tree.rglob("*") if path.is_file()}
        self.assertLessEqual({
            "README.md", "LICENSE", "CHANGELOG.md", "docs/operations.md", "chatreports", "chatreports.conf",
            "chatreports.service", "sysusers.conf", "completions/chatreports", "completions/_chatreports",
            "completions/chatreports.fish", "man/chatreports.1", "man/chatreports-serve.1"}, names)

    def test_it_has_the_licences_of_all_that_it_contains(self):
        document = json.loads(only("*linux*.spdx.json").read_text())
        parts = {package["name"] for package in document["packages"]} - {"chatreports"}
        self.assertIn("libssl-dev", parts)
        self.assertEqual({path.name for path in (self.tree / "licenses").iterdir() if path.stat().st_size > 100}, parts)

    def test_it_installs_as_the_document_says(self):
        """The commands of docs/operations.md, and then the unit."""
        text = (ROOT / "docs/operations.md").read_text()
        section = re.search(r"^### From the tarball$(.*?)^##", text, re.M | re.S)[1]
        block = re.search(r"^```sh\n(.*?)^```", section, re.M | re.S)[1]
        system = self.debian()
        shutil.copy(only(self.ARCHIVE), system.path("root"))
        # Neither is in the smallest system, nor is a systemd that runs.
        system.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "systemd", "tzdata")
        commands = re.sub(r"VERSION", VERSION, block)
        self.assertIn("systemctl", commands)
        system.run("sh", "-e", "-c", "cd; systemctl() { :; }; " + commands)
        self.assertEqual(system.unit().one("ExecStart"),
                         "/usr/local/bin/chatreports serve --config /etc/chatreports/chatreports.conf")
        system.path("var/lib/chatreports").mkdir(mode=0o700, exist_ok=True)  # as StateDirectory= does
        system.run("chown", "chatreports:chatreports", "/var/lib/chatreports")
        token = system.fill(start=["runuser", "-u", "chatreports", "--"])
        with system.serve() as service:
            self.assertEqual(service.total(token), 10)
            self.assertEqual(service.stop(), 0)


class Image(UnpackedTest):
    """There may be no program here that makes images, so the test does what the Containerfile says."""

    ARCHIVE = "*image*.tar.gz"

    def build(self):
        """The system, and the arguments of the instructions that are no COPY."""
        system = System()
        self.addCleanup(system.remove)
        text = (self.tree / "Containerfile").read_text()
        told = {}
        for line in text.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            name, _, arguments = line.partition(" ")
            if name == "COPY":
                flags = dict(re.findall(r"--(\w+)=(\S+)", arguments))
                source, target = re.sub(r"--\w+=\S+", "", arguments).split()
                to = system.path(target)
                to.mkdir(parents=True, exist_ok=True)
                run("cp", "-a", f"{self.tree / source}/.", to)
                for path in (self.tree / source).rglob("*") if "chown" in flags else []:
                    os.chown(to / path.relative_to(self.tree / source), *map(int, flags["chown"].split(":")))
            else:
                self.assertIn(name, ["FROM", "ENV", "USER", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD"])
                self.assertNotIn(name, told)
                told[name] = arguments
        return system, told

    def test_it_serves_from_its_volume(self):
        system, told = self.build()
        self.assertEqual(told["FROM"], "scratch")
        environment = dict(word.split("=", 1) for word in shlex.split(told["ENV"]))
        volume = told["VOLUME"]
        self.assertEqual(environment["CHATREPORTS_DATA"], volume)
        status = system.path(volume).stat()
        self.assertEqual((f"{status.st_uid}:{status.st_gid}", status.st_mode & 0o777), (told["USER"], 0o700))
        self.assertEqual(environment["CHATREPORTS_LISTEN"], f"0.0.0.0:{told['EXPOSE']}")

        system.path("tmp/chats.ndjson").write_bytes(CHATS)
        entry, command = json.loads(told["ENTRYPOINT"]), json.loads(told["CMD"])
        start = [shutil.which("chroot"), f"--userspec={told['USER']}", str(system.root), *entry]
        run(*start, "import", "--license", 1, "/tmp/chats.ndjson", env=environment)
        token = run(*start, "token", "create", "--license", 1, env=environment).stdout.strip()
        with Service([*start, *command], {**environment, "CHATREPORTS_LISTEN": "127.0.0.1:0"}) as service:
            self.assertEqual(service.total(token), 10)
            self.assertEqual(service.stop(), 0)

    def test_it_contains_the_program_zones_authorities_and_licences_alone(self):
        system, _ = self.build()
        files = [path.relative_to(system.root) for path in system.root.rglob("*") if not path.is_dir()]
        other = [str(path) for path in files if not re.match(r"usr/bin/chatreports$|usr/share/zoneinfo/|"
                                                             r"etc/ssl/certs/ca-certificates\.crt$|"
                                                             r"usr/share/doc/chatreports/", str(path))]
        self.assertEqual(other, [])
        for path in files:
            self.assertTrue(system.path(path).exists(), f"{path} leads nowhere")
        self.assertTrue(system.path("usr/share/zoneinfo/US/Pacific").exists())
        modes = {oct(path.stat().st_mode & 0o022) for path in system.root.rglob("*")
                  if path != system.path("tmp") and not path.is_symlink()}
        self.assertEqual(modes, {"0o0"})


if __name__ == "__main__":
    unittest.main()
