"""The packages that docs/operations.md lists are those that the program uses."""

from program import *

LINKED_BY_EVERYTHING = {"libc6", "libgcc-s1"}
READ_WHILE_IT_RUNS = {"tzdata", "tzdata-legacy", "ca-certificates"}
SANITIZERS = re.compile(r"lib(a|t|ub)san\d+")


def release_of_debian():
    """"12"; nothing on another system."""
    try:
        text = pathlib.Path("/etc/os-release").read_text()
    except OSError:
        return None
    values = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', text, re.M))
    return values.get("VERSION_ID") if values.get("ID") == "debian" else None


def package_of(library):
    """The Debian package that a file belongs to, under its path of today or before /usr was merged."""
    path = os.path.realpath(library)
    for name in [path, path.removeprefix("/usr"), library]:
        done = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.partition(":")[0]
    raise AssertionError(f"no package has {library}")


class Packages(unittest.TestCase):
    def test_the_list_is_that_of_the_linker(self):
        text = (ROOT / "docs/operations.md").read_text()
        lists = dict(re.findall(r"^\| (\d+) \| `([^`]*libstdc[^`]*)` \|$", text, re.M))
        self.assertEqual(set(lists), {"12", "13"})
        release = release_of_debian()
        if release not in lists:
            self.skipTest("this system is not a Debian that the list is for")
        # Those that it names itself; apt-get knows what these need.
        named = subprocess.run(["objdump", "-p", PROGRAM], capture_output=True, text=True, check=True).stdout
        linked = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True, check=True).stdout
        packages = {package_of(path) for name, path in re.findall(r"(\S+) => (/\S+)", linked)
                    if re.search(rf"NEEDED +{re.escape(name)}$", named, re.M)}
        packages = {name for name in packages - LINKED_BY_EVERYTHING if not SANITIZERS.match(name)}
        self.assertEqual(set(lists[release].split()) - READ_WHILE_IT_RUNS, packages)
        zones = subprocess.run(["dpkg-query", "--search", "/usr/share/zoneinfo/US/Pacific",
                                "/usr/share/zoneinfo/Europe/Warsaw"], capture_output=True, text=True)
        self.assertLessEqual({line.partition(":")[0] for line in zones.stdout.splitlines()},
                             set(lists[release].split()))


if __name__ == "__main__":
    main()
