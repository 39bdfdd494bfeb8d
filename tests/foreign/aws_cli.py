"""Uses DynamoDB as scripts do: with the AWS CLI. Ends with 1 at the first surprise.

usage: aws_cli.py AWS [ENDPOINT]      (default: DYNAMO_FOREIGN_ENDPOINT, see run.py)
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AWS = sys.argv[1]
ENDPOINT = sys.argv[2] if len(sys.argv) > 2 else os.environ["DYNAMO_FOREIGN_ENDPOINT"]
SHELVES = [f"shelf-{number}" for number in range(5)]
BOOKS = [{"shelf": {"S": shelf}, "place": {"N": str(place)}, "title": {"S": f"{shelf}, {place}: «Ω»"},
          "genre": {"S": ("prose", "verse")[place % 2]}, "pages": {"N": str(100 + place)}}
         for shelf in SHELVES for place in range(10)]


def same(found, expected):
    if found != expected:
        raise AssertionError(f"expected {expected!r}\nfound    {found!r}")


def run(operation: str, *options: str) -> subprocess.CompletedProcess:
    return subprocess.run([AWS, "dynamodb", operation, "--endpoint-url", ENDPOINT, "--output", "json",
                           *options], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=120)


def aws(operation: str, *options: str):
    done = run(operation, *options)
    if done.returncode != 0:
        raise AssertionError(f"aws dynamodb {operation}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout else None


def refused(kind: str, operation: str, *options: str):
    done = run(operation, *options)
    same(done.returncode, 254)
    if f"An error occurred ({kind}) when calling" not in done.stderr:
        raise AssertionError(f"was not refused with {kind}: {done.stderr}")


def by_key(items) -> list:
    return sorted(items, key=lambda each: (each["shelf"]["S"], int(each["place"]["N"])))


def create():
    aws("create-table", "--table-name", "books", "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=shelf,AttributeType=S",
        "AttributeName=place,AttributeType=N", "AttributeName=genre,AttributeType=S",
        "AttributeName=pages,AttributeType=N",
        "--key-schema", "AttributeName=shelf,KeyType=HASH", "AttributeName=place,KeyType=RANGE",
        "--local-secondary-indexes",
        "IndexName=by_pages,KeySchema=[{AttributeName=shelf,KeyType=HASH},"
        "{AttributeName=pages,KeyType=RANGE}],Projection={ProjectionType=KEYS_ONLY}",
        "--global-secondary-indexes",
        "IndexName=by_genre,KeySchema=[{AttributeName=genre,KeyType=HASH},"
        "{AttributeName=pages,KeyType=RANGE}],Projection={ProjectionType=ALL}")
    aws("wait", "table-exists", "--table-name", "books")
    table = aws("describe-table", "--table-name", "books")["Table"]
    same((table["TableStatus"], table["ItemCount"]), ("ACTIVE", 0))
    same(aws("list-tables")["TableNames"], ["books"])


def fill():
    with tempfile.TemporaryDirectory(prefix="dynamo-aws-") as folder:
        for begin in range(0, len(BOOKS), 25):
            file = Path(folder, f"{begin}.json")
            file.write_text(json.dumps({"books": [{"PutRequest": {"Item": book}}
                                                  for book in BOOKS[begin:begin + 25]]}))
            same(aws("batch-write-item", "--request-items", f"file://{file}"), {"UnprocessedItems": {}})


def query():
    of_shelf = ("--table-name", "books", "--key-condition-expression", "shelf = :s",
                "--expression-attribute-values", '{":s":{"S":"shelf-3"}}')
    shelf = [book for book in BOOKS if book["shelf"]["S"] == "shelf-3"]
    # Page by page, which the tool puts together.
    same(aws("query", *of_shelf, "--page-size", "3")["Items"], shelf)
    same(aws("query", *of_shelf, "--no-scan-index-forward", "--max-items", "4")["Items"], shelf[:-5:-1])
    same(aws("query", *of_shelf, "--index-name", "by_pages", "--no-scan-index-forward")["Items"],
         [{name: book[name] for name in book if name in ("shelf", "place", "pages")}
          for book in reversed(shelf)])
    verse = aws("query", "--table-name", "books", "--index-name", "by_genre",
                "--key-condition-expression", "genre = :g AND pages >= :p",
                "--expression-attribute-values", '{":g":{"S":"verse"},":p":{"N":"105"}}')["Items"]
    same(by_key(verse), by_key(book for book in BOOKS if book["genre"]["S"] == "verse" and
                               int(book["pages"]["N"]) >= 105))


def scan():
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(
            lambda segment: aws("scan", "--table-name", "books", "--segment", str(segment),
                                "--total-segments", "3", "--page-size", "7")["Items"], range(3)))
    same(by_key(book for part in parts for book in part), by_key(BOOKS))
    counted = aws("scan", "--table-name", "books", "--select", "COUNT", "--filter-expression",
                  "begins_with(title, :t) AND pages <> :p", "--expression-attribute-values",
                  '{":t":{"S":"shelf-1"},":p":{"N":"100"}}')
    same((counted["Count"], counted["ScannedCount"]), (9, len(BOOKS)))


def update():
    key = ("--table-name", "books", "--key", '{"shelf":{"S":"shelf-0"},"place":{"N":"1"}}')
    changed = aws("update-item", *key, "--update-expression", "SET pages = pages + :one REMOVE genre",
                  "--condition-expression", "pages = :old", "--expression-attribute-values",
                  '{":one":{"N":"1"},":old":{"N":"101"}}', "--return-values", "ALL_NEW")["Attributes"]
    expected = {**BOOKS[1], "pages": {"N": "102"}}
    del expected["genre"]
    same(changed, expected)
    same(aws("get-item", *key, "--consistent-read")["Item"], expected)
    refused("ConditionalCheckFailedException", "update-item", *key, "--update-expression",
            "SET pages = :none", "--condition-expression", "attribute_exists(genre)",
            "--expression-attribute-values", '{":none":{"N":"0"}}')


def transact():
    put = {"Put": {"TableName": "books", "Item": {"shelf": {"S": "new"}, "place": {"N": "1"}},
                   "ConditionExpression": "attribute_not_exists(shelf)"}}
    delete = {"Delete": {"TableName": "books", "Key": {"shelf": {"S": "shelf-0"}, "place": {"N": "1"}}}}
    aws("transact-write-items", "--transact-items", json.dumps([put, delete]))
    found = aws("transact-get-items", "--transact-items", json.dumps(
        [{"Get": {"TableName": "books", "Key": put["Put"]["Item"]}}, {"Get": delete["Delete"]}]))
    same(found["Responses"], [{"Item": put["Put"]["Item"]}, {}])
    refused("TransactionCanceledException", "transact-write-items", "--transact-items",
            json.dumps([put]))


def delete():
    key = ("--table-name", "books", "--key", '{"shelf":{"S":"new"},"place":{"N":"1"}}')
    same(aws("delete-item", *key, "--return-values", "ALL_OLD")["Attributes"],
         {"shelf": {"S": "new"}, "place": {"N": "1"}})
    same(aws("get-item", *key) or {}, {})
    refused("ValidationException", "get-item", "--table-name", "books", "--key", '{"id":{"S":"a"}}')
    aws("delete-table", "--table-name", "books")
    aws("wait", "table-not-exists", "--table-name", "books")
    refused("ResourceNotFoundException", "describe-table", "--table-name", "books")


if __name__ == "__main__":
    version = subprocess.run([AWS, "--version"], capture_output=True, text=True, check=True)
    print(f"{version.stdout.split()[0]} at {ENDPOINT}", flush=True)
    for step in (create, fill, query, scan, update, transact, delete):
        print(step.__name__, flush=True)
        step()
