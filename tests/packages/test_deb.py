"""The .deb, and what it installs into a fresh system."""

import pathlib
import re
import tempfile
import unittest

from system import CHATS, ENVIRONMENT, VERSION, Service, System, SystemTest, deb, run
from unit import call_number

DATA = "/var/lib/chatreports"
SETTINGS = "/etc/chatreports/chatreports.conf"

# Prints the names of those attempts that succeed. The argument is the number of the system call mmap.
ATTEMPTS = r"""
use Socket;
sub writes { my $file = "$_[0]/attempt"; open(my $handle, ">", $file) && unlink $file }
my ($limit) = `cat /proc/self/limits` =~ /^Max open files +(\d+)/m;
my %attempts = (
  state => writes("/var/lib/chatreports"), runtime => writes("/run/chatreports"), temporary => writes("/tmp"),
  lock => writes("/run/lock"), left => -e "/var/tmp/left", memory => -e "/proc/meminfo", processes => -e "/proc/1/status",
  unix => socket(my $unix, AF_UNIX, SOCK_STREAM, 0), inet => socket(my $inet, AF_INET, SOCK_STREAM, 0),
  netlink => socket(my $netlink, 16, SOCK_RAW, 0), chown => chown(-1, -1, "/var/lib/chatreports"),
  code => syscall(0 + $ARGV[0], 0, 4096, 7, 0x22, -1, 0) != -1, "files:$limit" => 1);
print join(" ", sort grep { $attempts{$_} } keys %attempts), "\n";
"""


class Contents(unittest.TestCase):
    def test_lintian_finds_nothing(self):
        done = run("lintian", "--fail-on", "error,warning", deb())
        self.assertEqual(done.stdout, "")

    def test_it_depends_on_libraries_and_on_time_zones(self):
        depends = run("dpkg-deb", "--field", deb(), "Depends").stdout
        for name in ["libc6", "libssl3", "libsqlite3-0", "libnghttp2-14", "tzdata"]:
            self.assertRegex(depends, rf"\b{name}")

    def test_settings_are_the_only_file_that_an_administrator_changes(self):
        with tempfile.TemporaryDirectory() as folder:
            run("dpkg-deb", "--control", deb(), folder)
            self.assertEqual(pathlib.Path(folder, "conffiles").read_text(), SETTINGS + "\n")


class Installed(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.system = System.debian()
        cls.addClassCleanup(cls.system.remove)
        cls.system.install(deb())

    def setUp(self):
        self.system.path("tmp/chats.ndjson").write_bytes(CHATS)
        settings = self.system.path(SETTINGS)
        original = settings.read_text()
        self.addCleanup(settings.write_text, original)

    def test_the_program_and_the_package_have_one_version(self):
        self.assertEqual(self.system.run("chatreports", "--version").stdout, f"chatreports {VERSION}\n")
        version = self.system.run("dpkg-query", "--show", "--showformat", "${Version}", "chatreports").stdout
        self.assertRegex(version, rf"^{re.escape(VERSION)}~deb1[23]$")

    def test_only_the_service_reads_its_folder(self):
        self.assertEqual(self.system.run("stat", "--format", "%U:%G %a", DATA).stdout, "chatreports:chatreports 700\n")
        user = self.system.run("getent", "passwd", "chatreports").stdout
        self.assertRegex(user, rf"^chatreports:.*:{DATA}:/usr/sbin/nologin$")

    def test_the_service_answers_reports_of_imported_chats(self):
        token = self.system.fill(start=["runuser", "-u", "chatreports", "--"])
        with self.system.serve() as service:
            self.assertEqual(service.total(token), 10)
            uid = self.system.run("id", "-u", "chatreports").stdout.strip()
            status = pathlib.Path(f"/proc/{service.process.pid}/status").read_text()
            self.assertRegex(status, rf"(?m)^Uid:\t{uid}\t{uid}\t{uid}\t{uid}$")
            # CAP_NET_BIND_SERVICE, the tenth, and no other.
            self.assertEqual(re.findall(r"(?m)^Cap(?:Prm|Eff|Bnd|Amb):\t(\w+)$", status), [f"{1 << 10:016x}"] * 4)
            self.assertEqual(service.stop(), 0)
        self.assertEqual(self.system.run("find", DATA, "-not", "-user", "chatreports").stdout, "")

    def test_the_service_can_do_only_what_its_unit_allows(self):
        """The restrictions under which the tests start it are in force."""
        self.system.path("usr/local/lib/attempts").write_text(ATTEMPTS)
        self.system.path("var/tmp/left").touch()
        command = ["perl", "/usr/local/lib/attempts", call_number("mmap")]
        unit = self.system.unit()
        done = run(*self.system.words(unit.command(*command), unit.mounts()), env=ENVIRONMENT)
        self.assertEqual(done.stdout.split(), ["files:16384", "inet", "runtime", "state", "temporary", "unix"])
        # The other attempts can succeed.
        done = self.system.as_user(*command)
        self.assertLess({"lock", "left", "memory", "processes", "netlink", "chown", "code"}, set(done.stdout.split()))

    def test_the_service_can_listen_on_a_port_of_root(self):
        unit = self.system.unit()
        # In a network of its own, where no other server has the port.
        command = ["unshare", "--net", *self.system.words(unit.command(), unit.mounts())]
        environment = {**unit.environment(), "CHATREPORTS_LISTEN": "127.0.0.1:443"}
        with Service(command, environment) as service:
            self.assertEqual(service.port, 443)
            self.assertEqual(service.stop(), 0)

    def test_the_service_follows_its_settings(self):
        settings = self.system.path(SETTINGS)
        text = settings.read_text()
        self.assertIn("\n#listen = 127.0.0.1:8080\n", text)
        self.assertNotRegex(text, r"(?m)^[^#\n]")
        settings.write_text(text.replace("#max-buckets = ", "max-buckets = many"))
        unit = self.system.unit()
        done = self.system.run(*unit.command(), environment=unit.environment(), check=False)
        self.assertIn('--max-buckets: "many100000" is not a whole number', done.stderr)
        self.assertIn("(in the file of --config)", done.stderr)
        # The unit does not start it again after this code.
        self.assertEqual(str(done.returncode), unit.one("RestartPreventExitStatus"))

    def test_every_setting_can_be_given(self):
        """The program accepts each line of the file as it stands there, without the number sign."""
        settings = self.system.path(SETTINGS)
        lines = [line[1:] for line in settings.read_text().splitlines()
                 if re.match("#[a-z]", line) and not line.endswith("=")]
        self.assertGreater(len(lines), 25)
        settings.write_text("\n".join(lines) + "\n")
        with self.system.serve() as service:
            self.assertEqual(service.stop(), 0)

    def test_documents_are_there(self):
        for file in ["README.md", "CHANGELOG.md", "copyright", "docs/operations.md", "docs/definitions/README.md"]:
            self.assertTrue(self.system.run("dpkg-query", "--search", f"/usr/share/doc/chatreports/{file}").stdout)


if __name__ == "__main__":
    unittest.main()
