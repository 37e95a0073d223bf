"""An operator's life with the .deb, as docs/operations.md describes it: from the first package over an upgrade to the end."""

import http.client
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from system import DAY, ENVIRONMENT, ROOT, SYSTEMS, VERSION, SystemTest, chat, deb, run

DATA = "/var/lib/chatreports"
SETTINGS = "/etc/chatreports/chatreports.conf"
BACKUPS = "/var/backups/chatreports"
ELSEWHERE = "/srv/reports"
LIVE_DAY = "2026-04-28"


def older_package(folder):
    """The package as of a version before, with another program file and the same contents otherwise."""
    run("dpkg-deb", "--raw-extract", deb(), folder / "tree")
    control = folder / "tree/DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", "Version: 0.0.1", control.read_text(), flags=re.M))
    run("dpkg-deb", "--root-owner-group", "--build", folder / "tree", folder / "older.deb")
    return folder / "older.deb"


class Prometheus:
    """Debian's Prometheus with the token and the configuration of docs/operations.md, until the end of the with block."""

    def __init__(self, system, service):
        system.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "prometheus")
        section = re.search(r"^## Monitoring$(.*?)^## ", (ROOT / "docs/operations.md").read_text(), re.M | re.S)[1]
        commands, scrape = (re.search(rf"^```{kind}\n(.*?)^```", section, re.M | re.S)[1] for kind in ["sh", "yaml"])
        system.run("sh", "-e", "-c", commands)
        assert scrape.count("127.0.0.1:8080") == 1, scrape
        system.path("etc/prometheus/prometheus.yml").write_text(
            "global: {scrape_interval: 1s}\n" + scrape.replace("127.0.0.1:8080", f"127.0.0.1:{service.port}"))
        self.process = subprocess.Popen(
            system.words(["setpriv", "--reuid", "prometheus", "--regid", "prometheus", "--init-groups",
                          "prometheus", "--web.listen-address=127.0.0.1:0"]),
            env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        log = ""
        for line in self.process.stderr:
            log += line
            found = re.search(r'msg="Listening on" address=127\.0\.0\.1:(\d+)', line)
            if found:
                self.port = int(found[1])
                # It must not wait for a reader of its log.
                self.reading = threading.Thread(target=self.process.stderr.read)
                self.reading.start()
                return
        self.process.stderr.close()
        raise AssertionError(f"Prometheus did not start ({self.process.wait()}): {log}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.reading.join()
        self.process.stderr.close()

    def value(self, query):
        """The figure of the query, once there is one."""
        for _ in range(300):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("GET", "/api/v1/query?" + urllib.parse.urlencode({"query": query}))
            response = connection.getresponse()
            text = response.read().decode()
            connection.close()
            if response.status == 200 and json.loads(text)["data"]["result"]:
                return float(json.loads(text)["data"]["result"][0]["value"][1])
            time.sleep(1)
        raise AssertionError(f"Prometheus has no {query}: {text}")


class Sender:
    """Sends chats of LIVE_DAY, one after the other, and asks for DAY between them, until the end of the with block."""

    def __init__(self, service, writer, reader):
        self.service, self.writer, self.reader = service, writer, reader
        self.begun = self.acknowledged = 0
        self.refused = []  # everything that was not answered as it should be
        self.reports = set()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.send)

    def send(self):
        try:
            while not self.ended.is_set():
                self.begun += 1
                status, text = self.service.ask("POST", "/ingest/records", self.writer, json.dumps(
                    chat(f"L{self.begun}", f"{LIVE_DAY}T10:00:00.000000Z")))
                if status != 200:
                    self.refused.append((status, text))
                    return
                self.acknowledged += 1
                self.reports.add(self.service.report(self.reader))
        except (OSError, AssertionError, http.client.HTTPException) as error:
            self.refused.append(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


class Life(SystemTest):
    def back_up_under_load(self, system, sender):
        """A backup during which records were acknowledged, and the least and the most of them that it can have."""
        system.run("install", "-d", "-o", "chatreports", "-g", "chatreports", "-m", "0700", BACKUPS)
        for number in itertools.count():
            target = f"{BACKUPS}/{number}"
            least = sender.acknowledged
            system.as_user("chatreports", "backup", "--data", DATA, target)
            acknowledged, most = sender.acknowledged, sender.begun
            self.assertEqual(sender.refused, [])
            if acknowledged > least:
                return target, least, most

    def serve_elsewhere(self, system):
        """The service with the folder that was restored elsewhere: the unit says how."""
        added = system.path("etc/systemd/system/chatreports.service.d/override.conf")
        added.parent.mkdir()
        added.write_text(f"[Service]\nEnvironment=CHATREPORTS_DATA={ELSEWHERE}\nReadWritePaths={ELSEWHERE}\n")
        service = system.serve()
        shutil.rmtree(added.parent)
        return service

    def test_from_the_first_package_to_the_last(self):
        system = self.debian()
        folder = pathlib.Path(tempfile.mkdtemp(dir=SYSTEMS))
        self.addCleanup(shutil.rmtree, folder)
        system.install(older_package(folder))
        reader = system.fill(start=["runuser", "-u", "chatreports", "--"])
        writer = system.as_user("chatreports", "token", "create", "--data", DATA, "--license", 1, "--scope",
                                "reports_write").stdout.strip()
        with system.path(SETTINGS).open("a") as settings:
            settings.write("max-buckets = 77\n")

        with system.serve() as service:
            report = service.report(reader)
            self.assertEqual(json.loads(report)["total"], 10)
            with Prometheus(system, service) as prometheus:
                self.assertEqual(prometheus.value("up"), 1)
                self.assertEqual(prometheus.value("chatreports_chats"), 10)
                self.assertEqual(prometheus.value('chatreports_http_requests_total{route="total-chats-report",status="200"}'), 1)
            with Sender(service, writer, reader) as sender:
                backup, least, most = self.back_up_under_load(system, sender)
            self.assertEqual((sender.refused, sender.reports), ([], {report}))
            live = service.total(reader, LIVE_DAY)
            self.assertEqual(live, sender.acknowledged)
            self.assertEqual(service.stop(), 0)

        system.run("install", "-d", "-o", "chatreports", "-g", "chatreports", "-m", "0700", ELSEWHERE)
        system.as_user("chatreports", "restore", "--data", ELSEWHERE, backup)
        with self.serve_elsewhere(system) as service:
            self.assertIn(ELSEWHERE, service.log)
            self.assertEqual(service.report(reader), report)
            self.assertIn(service.total(reader, LIVE_DAY), range(least, most + 1))
            self.assertEqual(service.stop(), 0)

        system.install(deb())
        self.assertIn(VERSION, system.run("dpkg-query", "--show", "chatreports").stdout)
        self.assertTrue(system.path(SETTINGS).read_text().endswith("max-buckets = 77\n"))
        with system.serve() as service:
            self.assertEqual((service.report(reader), service.total(reader, LIVE_DAY)), (report, live))

        system.run("apt-get", "remove", "-y", "-qq", "chatreports")
        self.assertFalse(system.path("usr/bin/chatreports").exists())
        self.assertTrue(system.path(SETTINGS).exists())
        self.assertTrue(system.path(DATA + "/chatreports.sqlite").exists())

        system.install(deb())
        with system.serve() as service:
            self.assertEqual((service.report(reader), service.total(reader, LIVE_DAY)), (report, live))

        system.run("apt-get", "purge", "-y", "-qq", "chatreports")
        self.assertFalse(system.path(DATA).exists())
        self.assertFalse(system.path(SETTINGS).parent.exists())
        # Folders elsewhere are the operator's.
        self.assertTrue(system.path(backup + "/chatreports.sqlite").exists())
        self.assertTrue(system.path(ELSEWHERE + "/chatreports.sqlite").exists())
        # systemd removes the folder in /run when the service ends.
        others = [f"{BACKUPS}*", f"{ELSEWHERE}/*", "/etc/prometheus/*", "/tmp/*", "/proc/*", "/run/*"]
        left = system.run("find", "/", "-xdev", "-name", "*chatreports*",
                          *(word for path in others for word in ["-not", "-path", path])).stdout
        self.assertEqual(left, "")

    def test_purging_leaves_the_data_if_the_answer_is_no(self):
        system = self.debian()
        system.install(deb())
        system.fill(start=["runuser", "-u", "chatreports", "--"])
        system.run("debconf-set-selections", input="chatreports chatreports/purge_data boolean false\n")
        system.run("apt-get", "purge", "-y", "-qq", "chatreports")
        self.assertTrue(system.path(DATA + "/chatreports.sqlite").exists())
        self.assertFalse(system.path(SETTINGS).exists())


if __name__ == "__main__":
    unittest.main()
