"""A time zone database that can't be read is never an unknown zone."""

import resource

from program import *

ZONES = "/usr/share/zoneinfo"


def can_mount():
    done = subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True)
    return done.returncode == 0


@unittest.skipUnless(can_mount(), "other folders can't be mounted over the zones here")
class Zones(ProgramTest):
    def setUp(self):
        super().setUp()
        self.zones = self.folder / "zones"
        shutil.copytree(ZONES, self.zones, symlinks=True, ignore=shutil.ignore_patterns("localtime"))

    def serve(self):
        """`serve` where the zones are those of the test; to its end, or for a few seconds."""
        script = f"mount --bind {self.zones} {ZONES} && exec timeout 20 {PROGRAM} serve " \
                 f"--data {self.data} --listen 127.0.0.1:0"
        return subprocess.run(["unshare", "--map-root-user", "--mount", "bash", "-c", script],
                              capture_output=True, timeout=120, env=clean_environment())

    def assert_refused(self, *words):
        self.assert_one_sentence(self.serve(), *words)

    def test_damaged_files(self):
        file = self.zones / "Europe" / "Warsaw"
        file.unlink()
        whole = pathlib.Path(ZONES, "Europe", "Warsaw").read_bytes()
        for content in [b"", b"TZif", b"no zone at all" * 20, whole[:-200],
                        whole[:44] + b"\x7f" * 100 + whole[144:]]:
            file.write_bytes(content)
            self.assert_refused(ZONES + "/Europe/Warsaw", "tzdata")

    def test_missing(self):
        shutil.rmtree(self.zones)
        self.zones.mkdir()
        self.assert_refused(ZONES, "install the package tzdata")

    def test_other_files_beside_the_zones(self):
        (self.zones / "zonenow.tab").write_text("# no zone")
        (self.zones / "leap-seconds.list").write_text("# none")
        script = f"mount --bind {self.zones} {ZONES} && exec {PROGRAM} serve --data {self.data} " \
                 "--listen 127.0.0.1:0"
        process = subprocess.Popen(["unshare", "--map-root-user", "--mount", "bash", "-c", script],
                                   stderr=subprocess.PIPE, env=clean_environment())
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        log = b""
        while not (found := re.search(rb"serving .*://127\.0\.0\.1:(\d+)", log)):
            line = process.stderr.readline()
            self.assertNotEqual(line, b"", log)
            log += line
        token = self.token()
        connection = http.client.HTTPConnection("127.0.0.1", int(found.group(1)), timeout=60)
        self.addCleanup(connection.close)
        # From now on no file is read: they may go.
        shutil.rmtree(self.zones)
        for zone, status in [("Europe/Warsaw", 200), ("zonenow.tab", 400), ("Asia/Katmandu", 200),
                             ("leap-seconds.list", 400), ("Mars/Olympus", 400)]:
            connection.request("POST", "/v3.4/reports/chats/total_chats",
                               json.dumps({"timezone": zone}), {"Authorization": "Bearer " + token})
            response = connection.getresponse()
            self.assertEqual((response.status, zone), (status, zone), response.read())
            response.read()


class Descriptors(ProgramTest):
    def test_zones_are_known_when_descriptors_are_used_up(self):
        if not has_limits_of_memory():
            self.skipTest("a sanitizer opens a pipe to look at memory, and takes its failure for a fault")
        self.take_in([{"record": "agent", "id": "ann", "timezone": "Pacific/Apia"},
                      chat(created_at="2021-04-08T22:00:00Z")])
        token = self.token("--agent-id", "ann")
        with Server(self.data, "--max-connections", 1_000) as server:
            status, answer = server.report(token, "total_chats", {"filters": {
                "from": "2021-04-08T00:00:00Z", "to": "2021-04-08T23:59:59Z"}})
            self.assertEqual(status, 200, answer)
            self.assertEqual({day for day, found in answer["records"].items() if found},
                             {"2021-04-09"})
            # No descriptor is left, and any zone is known all the same.
            connection = server.connect()
            self.addCleanup(connection.close)
            connection.request("GET", "/livez")  # the server has accepted it now
            connection.getresponse().read()
            opened = os.listdir(f"/proc/{server.process.pid}/fd")
            limits = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (len(opened), limits[1]))
            for zone in ["Asia/Tokyo", "Europe/Warsaw", "America/New_York", "Africa/Cairo"]:
                connection.request("POST", "/v3.4/reports/chats/total_chats",
                                   json.dumps({"timezone": zone}),
                                   {"Authorization": "Bearer " + token})
                response = connection.getresponse()
                self.assertEqual((response.status, zone), (200, zone), response.read())
                response.read()
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, limits)


if __name__ == "__main__":
    main()
