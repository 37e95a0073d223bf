"""The live demo: chats go on, and the reports follow."""

from program import *


class LiveDemo(ProgramTest):
    def test_chats_go_on(self):
        reader = self.token("--scope", "reports_read", "--scope", "reports_write")
        secret = run("webhook", "create", "--data", self.data, "--license", 1)
        with Server(self.data) as server:
            done = subprocess.run(
                [sys.executable, ROOT / "tests/live_demo.py", "--program", PROGRAM, "--address",
                 f"127.0.0.1:{server.port}", "--speed", "5000", "--seconds", "20"],
                capture_output=True, timeout=300,
                env={**clean_environment(), "LIVE_DEMO_SECRET": secret.stdout.decode().strip(),
                     "LIVE_DEMO_TOKEN": reader})
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            counts = [int(count) for count in re.findall(rb"UTC +(\d+) chats", done.stdout)]
            self.assertGreater(len(counts), 1, done.stdout)
            self.assertEqual(counts, sorted(counts))
            self.assertGreater(counts[-1], 10)
            self.assertIn(b"there for", done.stdout)
        self.assertNotIn(b"error", server.log)


if __name__ == "__main__":
    main()
