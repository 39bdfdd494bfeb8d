"""Starts `dynamo serve` and runs a program that uses it: a client that somebody else wrote.

usage: run.py TOOL COMMAND...

The server checks signatures. The command finds its endpoint, region and credentials in the
environment, as AWS's SDKs and tools do. Ends with the command's status, or with 1 if the server does
not end in order.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

# Secrets with the mark that scripts/test looks for in all that is written.
KEY, SECRET, TOKEN = "AKFOREIGN", "pLaNtEdSecretAccessKey", "pLaNtEdSessionToken"


def environment(endpoint: str) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept, "AWS_ENDPOINT_URL_DYNAMODB": endpoint, "DYNAMO_FOREIGN_ENDPOINT": endpoint,
        "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN,
        "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1", "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1",
    }


def main(tool: str, command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="dynamo-foreign-") as folder:
        accepted = Path(folder, "accepted")
        accepted.write_text(f"[foreign]\naws_access_key_id = {KEY}\n"
                            f"aws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n")
        server = subprocess.Popen(
            [tool, "serve", "--port", "0", "--local", str(Path(folder, "data.db")),
             "--durability", "process", "--credentials", str(accepted)],
            stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        try:
            line = server.stdout.readline()
            ready = re.fullmatch(r"listening at (http://127\.0\.0\.1:[1-9][0-9]*)\n", line)
            if not ready:
                print(f"the server said: {line!r}", file=sys.stderr)
                return 1
            status = subprocess.run(command, env=environment(ready[1]),
                                    stdin=subprocess.DEVNULL).returncode
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                ended = server.wait(timeout=60)
            except subprocess.TimeoutExpired:
                server.kill()
                raise
        if ended != 0:
            print(f"the server ended with {ended}", file=sys.stderr)
        return status or (1 if ended else 0)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
