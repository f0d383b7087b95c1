"""A mail server that is not ours: aiosmtpd receives, Python's email package reads. One line of JSON for every mail, the port first."""
import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


def say(thing):
    print(json.dumps(thing), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say({
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in mail.items()],
            "defects": [str(defect) for part in mail.walk() for defect in part.defects],
            "plain": mail.get_body(("plain",)).get_content(),
            "html": mail.get_body(("html",)).get_content(),
        })
        return "250 taken"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), loop=loop, hostname="oracle"), "127.0.0.1", 0)
    # It ends with the test, however that ends.
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, ended.set)
    say({"port": server.sockets[0].getsockname()[1]})
    await ended.wait()


asyncio.run(main())
