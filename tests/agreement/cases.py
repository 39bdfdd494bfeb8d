"""Combinations of environment, files and options, all of which both programs must understand alike."""

from dataclasses import dataclass, field

from fake_aws import ACCOUNT, TOKEN_OF_CONTAINER

ENV_KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT00001", "AWS_SECRET_ACCESS_KEY": "s"}
CONTAINER = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{container}/v1/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": TOKEN_OF_CONTAINER,
}
INSTANCE = {"AWS_EC2_METADATA_DISABLED": "false"}
WEB = {
    "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token",
    "AWS_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/web",
    "AWS_ROLE_SESSION_NAME": "test",
}


def keys(name: str) -> str:
    return f"aws_access_key_id = AKIA{name:0<16}\naws_secret_access_key = s\n"


def role(name: str) -> str:
    return f"role_arn = arn:aws:iam::{ACCOUNT}:role/{name}\nrole_session_name = test\n"


def process(name: str) -> str:
    return (
        "credential_process = printf "
        f"""'{{"Version":1,"AccessKeyId":"AKIA{name:0<16}","SecretAccessKey":"s"}}'\n"""
    )


SSO = f"sso_account_id = {ACCOUNT}\nsso_role_name = reader\n"
SSO_LEGACY = SSO + "sso_start_url = https://start.example.com\nsso_region = us-east-1\n"
SSO_EXPIRED = SSO + "sso_start_url = https://old.example.com\nsso_region = us-east-1\n"
SSO_SESSION = (
    "[sso-session work]\nsso_start_url = https://start.example.com\nsso_region = us-east-1\n"
    "sso_registration_scopes = sso:account:access\n"
)
REGION = "region = eu-west-1\n"


@dataclass
class Case:
    name: str
    environment: dict = field(default_factory=dict)
    config: str = ""
    credentials: str = ""
    profile: "str | None" = None
    fails: bool = False  # for both
    region: "str | None" = "us-east-1"  # in AWS_REGION


CASES = [
    Case("keys in the environment", ENV_KEYS),
    Case("with a session token", {**ENV_KEYS, "AWS_SESSION_TOKEN": "token"}),
    Case("half of a pair", {"AWS_ACCESS_KEY_ID": "AKIA"}, credentials="[default]\n" + keys("F"),
         fails=True),
    Case("environment before files", ENV_KEYS, credentials="[default]\n" + keys("FILE")),
    Case("environment before AWS_PROFILE", {**ENV_KEYS, "AWS_PROFILE": "p"},
         credentials="[p]\n" + keys("FILE")),
    Case("environment before a role of AWS_PROFILE", {**ENV_KEYS, "AWS_PROFILE": "p"},
         config="[profile p]\n" + role("reader") + "source_profile = p\n" + keys("BASE")),
    Case("an explicit profile before the environment", ENV_KEYS, profile="p",
         credentials="[p]\n" + keys("FILE")),
    Case("an explicit profile that does not exist", ENV_KEYS, profile="p", fails=True),
    Case("credentials file", credentials="[default]\n" + keys("FILE")),
    Case("config file", config="[default]\n" + keys("CONFIG")),
    Case("credentials file before config file", config="[default]\n" + keys("CONFIG"),
         credentials="[default]\n" + keys("FILE")),
    Case("AWS_PROFILE in the config file", {"AWS_PROFILE": "p"},
         config="[profile p]\n" + keys("CONFIG") + "[default]\n" + keys("DEFAULT")),
    Case("a program", config="[default]\n" + process("PROCESS")),
    Case("a program before the config file", config="[default]\n" + process("PROC") + keys("CONF")),
    Case("credentials file before a program", config="[default]\n" + process("PROCESS"),
         credentials="[default]\n" + keys("FILE")),
    Case("a program that fails is no step to the next",
         config="[default]\ncredential_process = false\n" + keys("CONFIG"), fails=True),
    Case("a role with a source profile", profile="p",
         config="[profile p]\n" + role("reader") + "source_profile = base\n",
         credentials="[base]\n" + keys("BASE")),
    Case("a role before keys of its own profile", profile="p",
         config="[profile p]\n" + role("reader") + "source_profile = p\n" + keys("OWN")),
    Case("a chain of roles with an external id", profile="p",
         config="[profile p]\n" + role("second") + "source_profile = q\n"
         "[profile q]\n" + role("first") + "source_profile = base\nexternal_id = them\n",
         credentials="[base]\n" + keys("BASE")),
    Case("a role that is refused is no step to the next", profile="p",
         config="[profile p]\n" + role("forbidden") + "source_profile = base\n" + keys("OWN"),
         credentials="[base]\n" + keys("BASE"), fails=True),
    Case("a role with the environment's keys", ENV_KEYS, profile="p",
         config="[profile p]\n" + role("reader") + "credential_source = Environment\n"),
    Case("a role with the container's credentials", CONTAINER, profile="p",
         config="[profile p]\n" + role("reader") + "credential_source = EcsContainer\n"),
    Case("a role with the instance's credentials", INSTANCE, profile="p",
         config="[profile p]\n" + role("reader") + "credential_source = Ec2InstanceMetadata\n"),
    Case("a role with a program's credentials", profile="p",
         config="[profile p]\n" + role("reader") + "source_profile = base\n"
         "[profile base]\n" + process("BASE")),
    Case("web identity of the environment", WEB),
    Case("web identity before the credentials file", WEB, credentials="[default]\n" + keys("FILE")),
    Case("web identity of a profile", profile="p",
         config="[profile p]\n" + role("web") + "web_identity_token_file = {home}/token\n"),
    Case("single sign-on", profile="p", config="[profile p]\n" + SSO_LEGACY),
    Case("single sign-on with a session", profile="p",
         config="[profile p]\n" + SSO + "sso_session = work\n" + SSO_SESSION),
    Case("single sign-on before the credentials file", config="[default]\n" + SSO_LEGACY,
         credentials="[default]\n" + keys("FILE")),
    Case("an expired sign-in is no step to the next", profile="p",
         config="[profile p]\n" + SSO_EXPIRED + keys("OWN"), fails=True),
    Case("container", CONTAINER),
    Case("container before instance", {**CONTAINER, **INSTANCE}),
    Case("a token that the container refuses",
         {**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "another", **INSTANCE}, fails=True),
    Case("instance", INSTANCE),
    Case("files before container and instance", {**CONTAINER, **INSTANCE},
         config="[default]\n" + keys("CONFIG")),
    Case("an explicit profile without credentials on an instance", {**ENV_KEYS, **INSTANCE},
         profile="p", config="[profile p]\n" + REGION),
    Case("nothing anywhere", fails=True),
    Case("the profile's region", ENV_KEYS, config="[default]\n" + REGION, region=None),
    Case("the region of another profile", {**ENV_KEYS, "AWS_PROFILE": "p"},
         config="[default]\nregion = us-east-1\n[profile p]\n" + REGION, region=None),
    Case("the environment's region before the profile's", ENV_KEYS, config="[default]\n" + REGION),
    Case("AWS_DEFAULT_REGION before the profile's",
         {**ENV_KEYS, "AWS_DEFAULT_REGION": "eu-central-1"}, config="[default]\n" + REGION,
         region=None),
    Case("AWS_REGION before AWS_DEFAULT_REGION",
         {**ENV_KEYS, "AWS_DEFAULT_REGION": "eu-central-1"}),
    Case("the instance's region", INSTANCE, region=None),
]
