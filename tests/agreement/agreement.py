"""Checks that `dynamo whoami` is who the AWS CLI is, in many combinations of environment, files and
options: the same access key, the same identity by STS, the same region, or an error of both.

usage: agreement.py TOOL AWS [PART_OF_A_CASE'S_NAME]

Everything is on this machine (fake_aws.py). Ends with 1 if the two disagree.
"""

import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fake_aws
from cases import CASES, Case


def write_sign_in(folder: Path, name: str, start_url: str, expires: str, token: str):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha1(name.encode()).hexdigest()}.json"
    file.write_text(json.dumps({
        "startUrl": start_url, "region": "us-east-1", "expiresAt": expires,
        "accessToken": token,
    }))


class Bench:
    """Runs both programs in a home of the case's own."""

    def __init__(self, tool: str, aws: str, folder: Path):
        self.tool, self.aws, self.folder = tool, aws, folder
        certificate, self.authority = fake_aws.make_certificates(folder)
        self.proxy = fake_aws.serve(fake_aws.Proxy)
        self.proxy.tls = ssl_context(certificate)
        self.container = fake_aws.serve(fake_aws.Container)
        self.instance = fake_aws.serve(fake_aws.Instance)

    def prepare(self, number: int, case: Case) -> dict:
        home = self.folder / str(number)
        (home / ".aws").mkdir(parents=True)
        fill = lambda text: text.replace("{home}", str(home)).replace(  # noqa: E731
            "{container}", self.container.url
        )
        (home / ".aws/config").write_text(fill(case.config))
        (home / ".aws/credentials").write_text(fill(case.credentials))
        (home / "token").write_text("token-of-the-pod")
        cache = home / ".aws/sso/cache"
        for name in ("https://start.example.com", "work"):
            write_sign_in(cache, name, "https://start.example.com", "2199-01-01T00:00:00Z",
                          fake_aws.TOKEN_OF_SIGN_IN)
        old = "https://old.example.com"
        write_sign_in(cache, old, old, "2020-01-01T00:00:00Z", "expired")
        environment = {
            "HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
            "HTTPS_PROXY": self.proxy.url, "AWS_CA_BUNDLE": str(self.authority),
            # The AWS CLI wants the slash.
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.instance.url + "/",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1",
            **{name: fill(value) for name, value in case.environment.items()},
        }
        if case.region:
            environment["AWS_REGION"] = case.region
        return environment

    def run(self, environment: dict, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(command, env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=300)

    def ask_dynamo(self, case: Case, environment: dict) -> dict:
        options = ["--profile", case.profile] if case.profile else []
        done = self.run(environment, self.tool, "whoami", "--json", *options)
        if done.returncode != 0:
            return {"error": done.stderr.strip()}
        who = json.loads(done.stdout)
        return {"arn": who["arn"], "key": who["access_key_end"], "region": who.get("region")}

    def ask_aws(self, case: Case, environment: dict) -> dict:
        options = ["--profile", case.profile] if case.profile else []
        # Its STS wants a region; where there is none, `configure list` has been asked before.
        listed = self.run(environment, self.aws, "configure", "list", *options)
        if listed.returncode != 0:
            return {"error": (listed.stderr + listed.stdout).strip()}
        rows = dict(re.findall(r"^\s*(access_key|region)\s+(\S+)", listed.stdout, re.MULTILINE))
        asked = {"AWS_REGION": "us-east-1", **environment}
        called = self.run(asked, self.aws, "sts", "get-caller-identity", "--output", "json", *options)
        if called.returncode != 0:
            return {"error": called.stderr.strip()}
        region = rows.get("region")
        return {"arn": json.loads(called.stdout)["Arn"], "key": rows["access_key"][-4:],
                "region": None if region == "<not" else region}

    def disagreement(self, number: int, case: Case) -> "str | None":
        environment = self.prepare(number, case)
        ours, theirs = self.ask_dynamo(case, environment), self.ask_aws(case, environment)
        both_fail = "error" in ours and "error" in theirs
        if both_fail if case.fails else ours == theirs and not both_fail:
            return None
        return f"{case.name}:\n  dynamo: {ours}\n  aws:    {theirs}"


def ssl_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def main(tool: str, aws: str, part: str = "") -> int:
    cases = [case for case in CASES if part in case.name]
    with tempfile.TemporaryDirectory(prefix="dynamo-agreement-") as folder:
        bench = Bench(tool, aws, Path(folder))
        with ThreadPoolExecutor(max_workers=4) as pool:
            found = list(pool.map(bench.disagreement, range(len(cases)), cases))
    wrong = [each for each in found if each]
    print("\n".join([*wrong, f"{len(cases) - len(wrong)} of {len(cases)} cases agree"]))
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
