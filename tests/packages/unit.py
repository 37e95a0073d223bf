"""A unit of systemd, and its restrictions where no systemd runs: users, capabilities, limits, mounts, system calls."""

import ctypes
import errno
import os
import socket
import subprocess

# Loads a filter of system calls, which systemd does last, and becomes the command. Every Debian has Perl.
LOAD_FILTER = ('my ($call, $filter) = (0 + shift, pack "H*", shift); my $program = pack "S x6 P", length($filter) / 8, $filter; '
               'syscall($call, 1, 0, $program) == 0 or die "seccomp: $!"; exec @ARGV or die "$ARGV[0]: $!"')

# The settings that the mounts and the filter below imitate.
IMITATED = {"ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
            "ProtectProc": "invisible", "ProcSubset": "pid", "NoNewPrivileges": "yes", "MemoryDenyWriteExecute": "yes",
            "SystemCallArchitectures": "native", "SystemCallErrorNumber": "EPERM"}

REFUSE, ALLOW = 0x00050000 | errno.EPERM, 0x7FFF0000
EQUAL, MASKED = 4, 7


class Comparison(ctypes.Structure):
    """scmp_arg_cmp: the number of an argument, and the value that it has, of all bits or of those of a mask."""

    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("first", ctypes.c_uint64),
                ("second", ctypes.c_uint64)]


def load_seccomp():
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.argtypes, library.seccomp_init.restype = [ctypes.c_uint32], ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
                                               ctypes.POINTER(Comparison)]
    library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    return library


SECCOMP = load_seccomp()


def call_number(name):
    """The number of a system call; below 0 if only other architectures have it."""
    return SECCOMP.seccomp_syscall_resolve_name(name.encode())


class Unit:
    """The settings in a unit of systemd: {key: [value, …]} of all of its sections."""

    def __init__(self, text):
        self.values = {}
        for line in text.splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith(("#", ";")):
                self.values.setdefault(key.strip(), []).append(value.strip())

    def one(self, key):
        values = self.values[key]
        if len(values) != 1:
            raise AssertionError(f"{key}= is given {len(values)} times")
        return values[0]

    def environment(self):
        return dict(word.split("=", 1) for line in self.values.get("Environment", []) for word in line.split())

    def command(self, *other):
        """The command of ExecStart=, or another, with the rights that the unit gives it."""
        for key, value in IMITATED.items():
            if self.one(key) != value:
                raise AssertionError(f"{key}= is not {value}, which the tests imitate")
        capabilities = ["-all"] + ["+" + name.removeprefix("CAP_").lower()
                                   for name in self.one("AmbientCapabilities").split()]
        if self.one("CapabilityBoundingSet") != self.one("AmbientCapabilities"):
            raise AssertionError("the bounding set is not the ambient set")
        capabilities = ",".join(capabilities)
        return ["prlimit", f"--nofile={self.one('LimitNOFILE')}",
                "setpriv", "--reuid", self.one("User"), "--regid", self.one("Group"), "--init-groups", "--no-new-privs",
                f"--inh-caps={capabilities}", f"--ambient-caps={capabilities}", f"--bounding-set={capabilities}",
                "sh", "-c", f'umask {self.one("UMask")}; exec "$@"', "sh",
                "perl", "-e", LOAD_FILTER, *self.filter(), *(other or self.one("ExecStart").split())]

    def mounts(self):
        """Lines of sh that mount below $root, which is a system, what the service sees of it."""
        state, runtime = f"/var/lib/{self.one('StateDirectory')}", f"/run/{self.one('RuntimeDirectory')}"
        owner = f'-o {self.one("User")} -g {self.one("Group")}'
        lines = ['mount --bind "$root" "$root"',
                 f'chroot "$root" install -d {owner} -m {self.one("StateDirectoryMode")} {state}',
                 f'chroot "$root" install -d {owner} {runtime}']
        for folder in [state, runtime, *self.values.get("ReadWritePaths", [])]:
            lines.append(f'mount --bind "$root{folder}" "$root{folder}"')
        for folder in ["/tmp", "/var/tmp"]:
            lines.append(f'mount -t tmpfs -o mode=1777 tmpfs "$root{folder}"')
        for folder in ["/root", "/home"]:
            lines.append(f'mount -t tmpfs -o mode=0,ro tmpfs "$root{folder}"')
        lines.append('mount -t tmpfs -o mode=755 tmpfs "$root/dev"')
        for device in ["null", "zero", "full", "random", "urandom"]:
            lines.append(f'touch "$root/dev/{device}"; mount --bind /dev/{device} "$root/dev/{device}"')
        lines.append('mount -t proc -o subset=pid,hidepid=invisible proc "$root/proc"')
        lines.append('mount -o remount,bind,ro "$root"')
        return lines

    def allowed_calls(self):
        """The names of the system calls of SystemCallFilter=."""
        def resolve(name):
            if not name.startswith("@"):
                return {name}
            text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True,
                                  check=True).stdout
            names = [line.strip() for line in text.splitlines()[1:]]
            return set().union(*(resolve(inner) for inner in names if inner and not inner.startswith("#")))

        allowed = set()
        for line in self.values["SystemCallFilter"]:
            for name in line.removeprefix("~").split():
                allowed = allowed - resolve(name) if line.startswith("~") else allowed | resolve(name)
        return allowed

    def filter(self):
        """The number of the call seccomp, and the filter for LOAD_FILTER: of SystemCallFilter=, RestrictAddressFamilies=
        and MemoryDenyWriteExecute=."""
        families = [getattr(socket, name) for name in self.one("RestrictAddressFamilies").split()]
        write, execute = 2, 4
        conditions = {"socket": [(0, EQUAL, family, 0) for family in families],
                      "mmap": [(2, MASKED, write, 0), (2, MASKED, execute, 0)],
                      "mprotect": [(2, MASKED, execute, 0)], "pkey_mprotect": [(2, MASKED, execute, 0)]}
        context = SECCOMP.seccomp_init(REFUSE)
        for name in sorted(self.allowed_calls()):
            number = call_number(name)
            if number < 0:
                continue
            for condition in conditions.get(name, [None]):
                count, comparison = (0, None) if condition is None else (1, Comparison(*condition))
                if SECCOMP.seccomp_rule_add_array(context, ALLOW, number, count, comparison) != 0:
                    raise AssertionError(f"libseccomp has no rule for {name}")
        file = os.memfd_create("filter")
        try:
            if SECCOMP.seccomp_export_bpf(context, file) != 0:
                raise AssertionError("libseccomp makes no filter")
            text = os.pread(file, 1 << 20, 0).hex()
        finally:
            os.close(file)
            SECCOMP.seccomp_release(context)
        return [call_number("seccomp"), text]
