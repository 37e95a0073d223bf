"""A certificate for 127.0.0.1, and servers and clients that use it."""

import ssl
import subprocess

from peers import Peer
from program import ProgramTest, Server


class TlsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.certificate, self.key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-keyout", self.key, "-out", self.certificate, "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"], check=True, capture_output=True)

    def serve(self, *flags):
        return Server(self.data, "--tls-cert", self.certificate, "--tls-key", self.key, *flags)

    def context(self, protocols=None):
        context = ssl.create_default_context(cafile=self.certificate)
        if protocols:
            context.set_alpn_protocols(protocols)
        return context

    def assert_no_protocol(self, server, protocols):
        with self.assertRaises(ssl.SSLError) as refused:
            Peer(server.port, context=self.context(protocols))
        self.assertIn("NO_APPLICATION_PROTOCOL", str(refused.exception).upper().replace(" ", "_"))
