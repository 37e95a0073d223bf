"""The command line: wrong usage is said in one sentence, and no folder is made by accident."""

import resource

from program import *


class WrongUsage(ProgramTest):
    def assert_refused(self, arguments, *words):
        done = run(*arguments, preexec=lambda: os.chdir(self.folder))
        self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
        message = done.stderr.decode().splitlines()[0]
        for word in words:
            self.assertIn(word, message, arguments)
        self.assertEqual(os.listdir(self.folder), [])

    def test_an_unknown_command_is_named_beside_those_that_there_are(self):
        self.assert_refused(["nothing"], 'no command "nothing"', "serve, import, connect, disconnect, pull, export, report, info, license, backup, restore, check, delete, token")
        self.assert_refused(["token", "make"], 'no command "token make"', "token create, token list")
        self.assert_refused([], "a command is missing", "serve, import")
        self.assert_refused(["webhook"], "webhook: a command is missing", "webhook create")

    def test_a_mistyped_name_is_answered_with_the_one_that_was_meant(self):
        for arguments, question in [
                (["improt"], 'no command "improt"; did you mean import? the commands are serve, import'),
                (["token", "lst"], 'no command "token lst"; did you mean token list? the commands are'),
                (["serve", "--lisen", "127.0.0.1:0"],
                 "unexpected arguments --lisen 127.0.0.1:0; did you mean --listen?"),
                (["serve", "--max-bucket=5"], "unexpected argument --max-bucket=5; did you mean --max-buckets?"),
                (["export", "--licens", "1"], "unexpected arguments --licens 1; did you mean --license?"),
                (["token", "create", "--license", "1", "--scope", "report_read"],
                 '--scope: must be reports_read, reports_write, metrics_read, admin or records_delete, not "report_read"; '
                 "did you mean reports_read?"),
                (["report", "chats/ratings", "--license", "1", "--format", "cvs"],
                 '--format: must be json, rows, csv or table, not "cvs"; did you mean csv?'),
                (["report", "chats/ratings", "--license", "1", "--distribution", "days"],
                 '--distribution: must be hour, day, day-hours, month or year, not "days"; did you mean day?'),
                (["report", "chats/ratings", "--license", "1", "--by", "agents"],
                 "--by: must be agent, tag, group, country, greeting or first_responder, "
                 'not "agents"; did you mean agent?'),
                (["report", "chats/rating", "--license", "1"],
                 'no report "chats/rating"; did you mean chats/ratings? there are chats/duration'),
                (["report", "total-chats", "--license", "1"],
                 'no report "total-chats"; did you mean chats/total_chats? there are')]:
            self.assert_refused(arguments, question)

    def test_a_name_that_is_like_no_other_is_not_guessed(self):
        for arguments in [["start"], ["serve", "--port", "1"], ["report", "visitors", "--license", "1"],
                          ["report", "chats/tags", "--license", "1", "--format", "xls"]]:
            done = run(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertNotIn(b"did you mean", done.stderr)

    def test_unexpected_arguments_are_named_in_the_order_given(self):
        self.assert_refused(["token", "list", "a", "b", "c"], "token list: unexpected arguments a b c")
        self.assert_refused(["serve", "--license", "1"], "serve: unexpected arguments --license 1")
        # A mistyped flag, not the one that is missing because of it.
        self.assert_refused(["export", "--licens", "1"], "export: unexpected arguments --licens 1")

    def test_an_origin_has_a_scheme(self):
        for origin in ["reports.example.com", "https://reports.example.com/", "https://a,b"]:
            self.assert_refused(["serve", "--data", "x", "--cors-origin", origin],
                                "--cors-origin", "is not an origin", "https://reports.example.com")

    def test_an_empty_value_is_wrong(self):
        commands = [
            (["serve", "--data", "x", "--tls-cert", "c.pem"], "--tls-key"),
            (["serve", "--data", "x", "--tls-key", ""], "--tls-cert"),
            (["serve"], "--data"),
            (["serve", "--data", "x"], "--listen"),
            (["serve", "--data", "x"], "--cors-origin"),
            (["token", "create", "--data", "x", "--license", "1"], "--agent-id"),
            (["token", "create", "--data", "x", "--license", "1"], "--scope"),
            (["webhook", "create", "--data", "x", "--license", "1"], "--secret-file"),
            (["export", "--license", "1"], "--data"),
            (["generate", "--chats", "1"], "--end"),
            (["generate"], "--chats"),
        ]
        for command, flag in commands:
            self.assert_refused([*command, flag, ""], flag)
            self.assert_refused([*command, flag + "="], flag, "must not be empty")
        self.assert_refused(["import", "--data", "x", "--license", "1", "a", ""], "FILE: must not")

    def test_an_empty_variable_is_wrong(self):
        webhook = ["webhook", "create", "--data", "x", "--license", "1"]
        for command, name in [(["serve", "--data", "x"], "CHATREPORTS_TLS_KEY"),
                              (["serve", "--data", "x"], "CHATREPORTS_LISTEN"),
                              (["check"], "CHATREPORTS_DATA"),
                              (webhook, "CHATREPORTS_SECRET")]:
            done = run(*command, environment={name: ""},
                       preexec=lambda: os.chdir(self.folder))
            self.assertEqual(done.returncode, 2)
            self.assertIn(name + ": must not be empty", done.stderr.decode().splitlines()[0])
        self.assertEqual(os.listdir(self.folder), [])
        # The flag counts, and not the variable.
        self.take_in([chat("A")])
        done = run("check", "--data", self.data, environment={"CHATREPORTS_DATA": ""})
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_unknown_variable_is_warned_of_once(self):
        self.take_in([chat("A")])
        done = run("check", "--data", self.data, environment={
            "CHATREPORTS_MAX_BUCKET": "5", "CHATREPORTS_DATE": "x", "CHATREPORTS_COLOUR": "x"})
        self.assertEqual(done.returncode, 0)
        self.assertEqual(sorted(done.stderr.decode().splitlines()), [
            "chatreports: warning: the environment variable CHATREPORTS_COLOUR is unknown",
            "chatreports: warning: the environment variable CHATREPORTS_DATE is unknown; did you mean CHATREPORTS_DATA?",
            "chatreports: warning: the environment variable CHATREPORTS_MAX_BUCKET is unknown; "
            "did you mean CHATREPORTS_MAX_BUCKETS?"])
        # Beside a flag that is missing because of it, too.
        done = run("export", "--data", self.data, environment={"CHATREPORTS_LICENCES": "1"})
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"CHATREPORTS_LICENCES is unknown; did you mean CHATREPORTS_LICENSE?", done.stderr)

    def test_a_variable_of_another_command_is_known(self):
        self.take_in([chat("A")])
        done = run("check", "--data", self.data, environment={
            "CHATREPORTS_MAX_BUCKETS": "500", "CHATREPORTS_LICENSE": "7", "CHATREPORTS_SECRET": "s",
            "CHATREPORTS_AGENT_ID": "a", "CHATREPORTS": "x", "XCHATREPORTS_A": "x"})
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_an_agent_id_is_one_that_records_may_have(self):
        create = ["token", "create", "--data", "x", "--license", "1", "--agent-id"]
        self.assert_refused([*create, "a" * 256], "--agent-id", "longer than 255 bytes")
        self.assert_refused([*create, os.fsdecode(b"\xff")], "--agent-id", "not UTF-8")
        self.make_folder()
        done = run("token", "create", "--data", self.data, "--license", 1, "--agent-id", "a" * 255)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_time_names_a_moment(self):
        self.assert_refused(["generate", "--chats", "1", "--end", "2021-05-01 10:00:00"],
                            '--end: not an RFC 3339 time: "2021-05-01 10:00:00" has no offset from UTC')
        self.assert_refused(["generate", "--chats", "1", "--end", "yesterday"],
                            '--end: not an RFC 3339 time: "yesterday"')

    def test_an_address_is_host_and_port(self):
        self.assert_refused(["serve", "--data", "x", "--listen", "8497"], "--listen", '"8497"',
                            "such as 127.0.0.1:8497 or [::1]:8497")
        self.assert_refused(["serve", "--data", "x", "--listen", "80 80"], "such as 127.0.0.1:8080")


class Suffixes(ProgramTest):
    def test_counts_sizes_and_times_can_be_short(self):
        sample = ["--days", "2", "--end", "2021-05-01T00:00:00Z", "--chats"]
        self.assertEqual(run("generate", *sample, "1k").stdout, run("generate", *sample, "1000").stdout)
        with Server(self.data, "--max-body-bytes", "1K", "--request-timeout", "60") as server:
            token = {"Authorization": "Bearer " + self.token()}
            for length, status in [(1_024, 200), (1_025, 413)]:
                body = "{}" + " " * (length - 2)
                self.assertEqual(server.ask("POST", path_of("chats/tags"), body, token)[0], status)

    def test_what_is_wrong_with_a_number_is_said(self):
        for flags, words in [
                (["--max-buckets", "20kk"], ['"20kk" is not a whole number from 24 to 10000000', "2k, 3M"]),
                (["--max-body-bytes", "2G"], ['"2G" is not a number of bytes from 1 to 1073741824', "64K, 64M"]),
                (["--request-timeout", "1w"], ['"1w" is not a length of time', "90, 12h or 30d, up to 1d"])]:
            done = run("serve", "--data", self.data, *flags)
            self.assertEqual(done.returncode, 2)
            for word in [flags[0] + ": ", *words]:
                self.assertIn(word, done.stderr.decode().splitlines()[0])
        done = run("token", "create", "--data", self.data, "--license", "1k")
        self.assertIn(b'--license: "1k" is not a whole number', done.stderr)


class SmallMachines(ProgramTest):
    def test_too_few_open_files_are_named_as_what_they_are(self):
        self.take_in([chat("A")])
        for command in [["import", "--license", 1, "-"], ["serve", "--listen", "127.0.0.1:0"],
                        ["token", "create", "--license", 1], ["export", "--license", 1], ["check"]]:
            for files in [12, 20]:
                limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
                done = run(*command, "--data", self.data, preexec=limit)
                self.assert_one_sentence(done, f"allows this process {files} open files", "ulimit -n")
        # Where only the soft limit is low, the process raises it.
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (12, 100))
        self.assertEqual(run("check", "--data", self.data, preexec=limit).returncode, 0)

    def test_an_import_without_memory_says_what_to_do(self):
        if not has_limits_of_memory():
            self.skipTest("a build with sanitizers, which reserve terabytes of addresses")
        records = "".join(json.dumps(chat(f"T{n}", tags=["t" * 500])) + "\n" for n in range(40_000))
        said = b""
        for mebibytes in [150, 250, 300, 350]:  # where it fails depends on the machine
            limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))
            done = run("import", "--data", self.data, "--license", 1, "-", stdin=records.encode(),
                       preexec=limit)
            if done.returncode == 1:
                said += done.stderr
                self.assertNotIn(b"std::", done.stderr)
                self.assertRegex(done.stderr, rb"ulimit|not enough memory")
        self.assertNotEqual(said, b"")


class Spelling(ProgramTest):
    def test_licence_is_accepted_as_license_is(self):
        done = run("import", "--data", self.data, "--licence", 1, "-",
                   stdin=b'{"record":"group","id":1}')
        self.assertEqual(done.returncode, 0, done.stderr)
        for command in [["export"], ["token", "create"], ["webhook", "create"]]:
            done = run(*command, "--data", self.data, "--licence", 1)
            self.assertEqual(done.returncode, 0, done.stderr)


class Origins(ProgramTest):
    def test_an_origin_matches_as_browsers_write_it(self):
        with Server(self.data, "--cors-origin", "HTTPS://Reports.example.com:443") as server:
            headers = {"Origin": "https://reports.example.com"}
            answered = server.ask("GET", "/v3.4/reports/chats/tags", headers=headers)[1]
        self.assertEqual(answered.get("Access-Control-Allow-Origin"), "https://reports.example.com")

    def test_pages_without_an_origin_may_ask_where_null_is_allowed(self):
        with Server(self.data, "--cors-origin", "null") as server:
            for origin, allowed in [("null", "null"), ("https://a.example", None)]:
                answered = server.ask("GET", "/v3.4/reports/chats/tags", headers={"Origin": origin})
                self.assertEqual(answered[1].get("Access-Control-Allow-Origin"), allowed)


class Secrets(ProgramTest):
    """Nobody could use a token or a secret that nobody has seen."""

    def test_what_can_not_be_printed_is_not_created(self):
        made = self.token()
        def full():
            os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        def gone():
            reader, writer = os.pipe()
            os.close(reader)
            os.dup2(writer, 1)
        secret = self.folder / "secret"
        secret.write_text("given")
        for command in [["token"], ["webhook"], ["webhook", "--secret-file", secret]]:
            for stdout in [lambda: os.close(1), full, gone]:
                create = [command[0], "create", "--data", self.data, "--license", 1, *command[1:]]
                done = run(*create, preexec=stdout)
                self.assertEqual(done.returncode, 1)
                self.assert_one_sentence(done, "cannot write to standard output",
                                         "nothing was created")
                listed = run(command[0], "list", "--data", self.data).stdout.decode()
                self.assertEqual(len(listed.splitlines()), 2 if command == ["token"] else 1)
        done = run("webhook", "create", "--data", self.data, "--license", 1, "--secret-file", secret)
        self.assertEqual((done.returncode, done.stdout), (0, b"given\n"))
        with Server(self.data) as server:
            for _ in range(500):
                if server.ask("GET", "/readyz")[0] == 200:
                    break
                time.sleep(0.02)
            self.assertEqual(server.report(made, "total_chats")[0], 200)

    def test_a_folder_holds_no_secret(self):
        done = run("webhook", "create", "--data", self.data, "--license", 1, "--secret-file", "/")
        self.assert_one_sentence(done, "/ is a folder")


@unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
class OtherUsers(ProgramTest):
    NOBODY = 65534
    COMMANDS = [["check"], ["export", "--license", 1], ["token", "list"], ["webhook", "list"],
                ["token", "revoke", 1]]

    def setUp(self):
        super().setUp()
        self.take_in([chat("A")])
        self.token()
        self.folder.chmod(0o755)
        # The build may lie where others may not look.
        self.program = self.folder / "chatreports"
        shutil.copy(PROGRAM, self.program)

    def assert_denied(self, *words):
        for command in self.COMMANDS:
            done = run(*command, "--data", self.data, program=self.program,
                       preexec=lambda: (os.setgid(self.NOBODY), os.setuid(self.NOBODY)))
            self.assert_one_sentence(done, "Permission denied", *words)
            self.assertNotIn(b"damaged", done.stdout + done.stderr)
            self.assertNotIn(b"is not a data folder", done.stderr)

    def test_a_folder_that_may_not_be_read(self):
        self.assert_denied(f"the data folder {self.data} cannot be read")

    def test_a_folder_that_may_not_be_written(self):
        self.data.chmod(0o755)
        for file in self.data.iterdir():
            file.chmod(0o755 if file.is_dir() else 0o644)
        self.assert_denied(f"{self.data} cannot be written", "on a copy")
        self.data.chmod(0o777)
        self.assert_denied(".sqlite cannot be written")
        self.assertEqual(run("check", "--data", self.data).returncode, 0)


class DataFolders(ProgramTest):
    COMMANDS = [["token", "create", "--license", 1], ["token", "list"], ["token", "revoke", 1],
                ["webhook", "create", "--license", 1], ["webhook", "list"], ["webhook", "revoke", 1],
                ["export", "--license", 1]]

    def run_in_folder(self, *arguments):
        return run(*arguments, preexec=lambda: os.chdir(self.folder))

    def test_the_default_folder_is_not_made(self):
        for command in self.COMMANDS:
            self.assert_one_sentence(self.run_in_folder(*command),
                                     "no data folder ./chatreports-data", "--data")
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_folder_of_others_is_left_alone(self):
        self.data.mkdir()
        (self.data / "letters.txt").write_text("Dear")
        for command in [*self.COMMANDS, ["serve", "--listen", "127.0.0.1:0"]]:
            self.assert_one_sentence(run(*command, "--data", self.data), str(self.data), "--data")
        self.assert_one_sentence(run("import", "--license", 1, "--data", self.data, "/dev/null"),
                                 str(self.data), "--data")
        self.assertEqual(os.listdir(self.data), ["letters.txt"])

    def test_an_import_of_no_file_makes_no_folder(self):
        done = run("import", "--license", 1, "--data", self.data, self.folder / "missing.json")
        self.assert_one_sentence(done, "cannot open", "missing.json")
        self.assertEqual(done.stdout, b"")
        self.assertFalse(self.data.exists())

    def test_no_command_makes_a_folder_that_may_be_mistyped(self):
        for command in self.COMMANDS:
            done = run(*command, "--data", self.data)
            self.assert_one_sentence(done, f"there is no data folder {self.data};", "--data")
            self.assertEqual(done.stdout, b"")
            self.assertFalse(self.data.exists())

    def test_create_accepts_an_empty_folder_as_a_new_volume_is(self):
        for command in [command for command in self.COMMANDS if "create" in command]:
            self.make_folder()
            done = run(*command, "--data", self.data)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            again = run(*command, "--data", self.data).stderr.decode()
            self.assertEqual(again, f"chatreports: note: licence 1 has no data in {self.data} yet\n"
                             if command[0] == "token" else "")
            shutil.rmtree(self.data)

    def test_create_token_notes_a_licence_without_data_and_an_unknown_agent(self):
        self.assertEqual(run("import", "--license", 1, "--data", self.data, "-",
                             stdin=b'{"record":"agent","id":"ann"}').returncode, 0)
        for license, flags, note in [(1, [], b""), (2, [], b"note: licence 2 has no data"),
                                     (1, ["--agent-id", "ann"], b""),
                                     (1, ["--agent-id", "anne"], b'note: licence 1 knows no agent "anne"'),
                                     (2, ["--scope", "reports_write"], b"")]:
            done = run("token", "create", "--license", license, "--data", self.data, *flags)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(done.stdout.strip()), 64)
            self.assertIn(note, done.stderr)
            self.assertEqual(bool(note), bool(done.stderr))

    def test_the_default_folder_is_used_once_it_is_there(self):
        self.assertEqual(self.run_in_folder("import", "--license", 1, "/dev/null").returncode, 0)
        self.assertEqual(self.run_in_folder("token", "create", "--license", 1).returncode, 0)
        self.assertIn(b"reports_read", self.run_in_folder("token", "list").stdout)


if __name__ == "__main__":
    main()
