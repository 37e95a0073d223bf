"""The version is that of the last tag, and packages of later commits and releases are newer ones."""

import itertools
import pathlib
import subprocess
import tempfile
import unittest

from system import ROOT, run


class Version(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def git(self, *words):
        return run("git", "-C", self.folder, "-c", "user.name=a", "-c", "user.email=a@example.com", *words).stdout.strip()

    def commit(self, tag=None):
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        if tag:
            self.git("tag", "--annotate", "--message", "x", tag)

    def version(self):
        """The version that CMake finds in a repository whose CMakeLists.txt has 0.2.0."""
        script = self.folder / "version_test.cmake"
        script.write_text(f'set(PROJECT_SOURCE_DIR "{self.folder}")\nset(PROJECT_VERSION 0.2.0)\n'
                          f'include("{ROOT}/cmake/version.cmake")\nmessage(NOTICE "${{CHATREPORTS_VERSION}}")\n')
        return subprocess.run(["cmake", "-P", script], capture_output=True, text=True, check=True).stderr.strip()

    def test_without_git_it_is_that_of_the_project(self):
        self.assertEqual(self.version(), "0.2.0")

    def test_without_tags_it_is_that_of_the_project(self):
        self.git("init", "--quiet")
        self.commit()
        self.assertEqual(self.version(), "0.2.0")

    def test_it_rises_with_tags_and_commits(self):
        self.git("init", "--quiet")
        versions = []
        for tag in ["v0.3.0", "v0.4.0-rc1", "v0.4.0"]:
            self.commit(tag)
            versions.append(self.version())
        self.commit()
        versions.append(self.version())
        head = self.git("rev-parse", "--short", "HEAD")
        between = self.git("rev-parse", "--short", "HEAD~2")
        self.assertEqual(versions, ["0.3.0", f"0.3.0+1.g{between}", "0.4.0", f"0.4.0+1.g{head}"])
        packages = [f"{version}~deb{release}" for version in versions for release in [12, 13]]
        for older, newer in itertools.pairwise(packages):
            self.assertEqual(run("dpkg", "--compare-versions", older, "lt", newer).returncode, 0)


if __name__ == "__main__":
    unittest.main()
