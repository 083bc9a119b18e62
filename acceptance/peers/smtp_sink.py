"""What smtp.sh serves: aiosmtpd, with a handler that writes down each letter. Knows nothing of the house."""

import email
import email.policy
import json
import os
import ssl
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Sink:
    def __init__(self, folder):
        self.letters = open(folder / "letters.jsonl", "a", encoding="utf-8")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}> is nobody here"
        if address.startswith("later"):
            return f"451 4.7.1 <{address}> come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = letter.get_body(("plain",))
        line = {
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "hello": session.host_name,
            "encrypted": server.transport.get_extra_info("ssl_object") is not None,
            "subject": letter["subject"] or "",
            "text": body.get_content() if body else "",
            "headers": [[name, str(value)] for name, value in letter.items()],
        }
        self.letters.write(json.dumps(line) + "\n")
        self.letters.flush()
        return "250 2.0.0 taken"


def account(expected):
    def check(server, session, envelope, mechanism, given):
        matches = f"{given.login.decode()}:{given.password.decode()}" == expected
        return AuthResult(success=matches, handled=False)

    return check


def main():
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    tls, expected = os.environ.get("SMTP_TLS", ""), os.environ.get("SMTP_ACCOUNT", "")
    context = None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    arguments = {"server_hostname": "sink.test", "enable_SMTPUTF8": True}
    if tls == "upgrade":
        arguments |= {"tls_context": context, "require_starttls": True}
    if expected:
        arguments |= {"authenticator": account(expected), "auth_required": True, "auth_require_tls": False}
    if tls == "always":
        arguments |= {"ssl_context": context}
    server = Controller(Sink(folder), hostname="127.0.0.1", port=port, **arguments)
    server.start()
    # Whoever started it holds its input: when they are gone, however that came about, so is it.
    sys.stdin.buffer.read()
    server.stop()


main()
