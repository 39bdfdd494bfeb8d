"""Uses DynamoDB as programs in Python do: with boto3. Ends with 1 at the first surprise.

usage: boto3_client.py [ENDPOINT]      (default: DYNAMO_FOREIGN_ENDPOINT, see run.py)
"""

import os
import sys
import threading
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1] if len(sys.argv) > 1 else os.environ["DYNAMO_FOREIGN_ENDPOINT"]
CUSTOMERS, ORDERS = ("ada", "bob", "eve", "zoë"), 50


def client(**options):
    return boto3.client("dynamodb", endpoint_url=ENDPOINT,
                        config=Config(retries={"total_max_attempts": 2}), **options)


dynamodb = client()
resource = boto3.resource("dynamodb", endpoint_url=ENDPOINT)
orders = resource.Table("orders")


def same(found, expected):
    if found != expected:
        raise AssertionError(f"expected {expected!r}\nfound    {found!r}")


def refused(kind: str, call, **arguments) -> ClientError:
    """The error, which must be an instance of the client's own exception of that name."""
    try:
        call(**arguments)
    except ClientError as failure:
        same(failure.response["Error"]["Code"], kind)
        same(failure.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        same(len(failure.response["ResponseMetadata"]["RequestId"]), 52)
        # Those that the API's model names have a class each.
        same(type(failure).__name__ in (kind, "ClientError"), True)
        return failure
    raise AssertionError(f"was not refused with {kind}")


def order(customer: str, number: int) -> dict:
    return {
        "customer": customer, "number": number,
        "placed": f"2026-01-{28 - number % 28:02}T{number:02}:00:00Z",
        "status": ("open", "paid", "sent")[number % 3], "amount": Decimal(number * 10) + Decimal("0.25"),
        "lines": [{"article": f"a{number}", "count": number % 5 + 1}],
    }


def all_orders() -> list[dict]:
    return [order(customer, number) for customer in CUSTOMERS for number in range(ORDERS)]


def by_key(items) -> list:
    return sorted(items, key=lambda each: (each["customer"], each["number"]))


def create():
    made = dynamodb.create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in (
            ("customer", "S"), ("number", "N"), ("placed", "S"), ("status", "S"), ("amount", "N"))],
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"},
                   {"AttributeName": "number", "KeyType": "RANGE"}],
        LocalSecondaryIndexes=[{
            "IndexName": "by_date", "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"},
                                                  {"AttributeName": "placed", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["amount"]}}],
        GlobalSecondaryIndexes=[{
            "IndexName": "by_status", "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"},
                                                    {"AttributeName": "amount", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"}}])["TableDescription"]
    same(made["TableName"], "orders")
    dynamodb.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
    table = dynamodb.describe_table(TableName="orders")["Table"]
    same(table["TableStatus"], "ACTIVE")
    same(table["ItemCount"], 0)
    same([key["AttributeName"] for key in table["KeySchema"]], ["customer", "number"])
    same(table["LocalSecondaryIndexes"][0]["Projection"],
         {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["amount"]})
    same(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE")
    same(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
    refused("ResourceInUseException", dynamodb.create_table, TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])


def fill():
    with orders.batch_writer() as batch:
        for each in all_orders():
            batch.put_item(Item=each)
    same(orders.scan(Select="COUNT", ConsistentRead=True)["Count"], len(CUSTOMERS) * ORDERS)


def types():
    item = {
        "customer": "types", "number": Decimal("-1E-130"), "text": "äöü €\n\"quoted\" \\ 😀", "empty": "",
        "large": Decimal("9" * 38), "small": Decimal("-9." + "9" * 37 + "E-100"),
        "yes": True, "no": False, "nothing": None, "bytes": Binary(bytes(range(256))),
        "texts": {"a", "b"}, "numbers": {Decimal(1), Decimal("2.5")}, "blobs": {Binary(b"x"), Binary(b"")},
        "list": [1, ["two", {"three": [Decimal(3)]}], {}, []], "map": {"a.b": {"c d": "e"}},
    }
    orders.put_item(Item=item)
    key = {"customer": "types", "number": item["number"]}
    same(orders.get_item(Key=key, ConsistentRead=True)["Item"], item)
    same(orders.get_item(Key=key, ProjectionExpression="#l[1][0], #m.#ab, yes",
                         ExpressionAttributeNames={"#l": "list", "#m": "map", "#ab": "a.b"})["Item"],
         {"list": [["two"]], "map": {"a.b": item["map"]["a.b"]}, "yes": True})
    orders.delete_item(Key=key)


def query():
    numbers = lambda answer: [int(each["number"]) for each in answer["Items"]]  # noqa: E731
    of_ada = Key("customer").eq("ada")
    same(numbers(orders.query(KeyConditionExpression=of_ada)), list(range(ORDERS)))
    same(numbers(orders.query(KeyConditionExpression=of_ada & Key("number").between(10, 12),
                              ScanIndexForward=False)), [12, 11, 10])
    found, start = [], {}
    while True:
        page = orders.query(KeyConditionExpression=of_ada, Limit=7, ScanIndexForward=False, **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    same(found, [order("ada", number) for number in reversed(range(ORDERS))])
    page = orders.query(IndexName="by_date", KeyConditionExpression=Key("customer").eq("zoë") &
                        Key("placed").begins_with("2026-01-0"), ReturnConsumedCapacity="INDEXES")
    expected = sorted((order("zoë", n) for n in range(ORDERS)), key=lambda each: each["placed"])
    same(page["Items"], [{name: each[name] for name in ("customer", "number", "placed", "amount")}
                         for each in expected if each["placed"].startswith("2026-01-0")])
    same(page["ConsumedCapacity"]["TableName"].split("/")[-1], "orders")
    pages = dynamodb.get_paginator("query").paginate(
        TableName="orders", IndexName="by_status", KeyConditionExpression="#s = :s AND amount > :t",
        FilterExpression="NOT customer IN (:e, :b)", ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "paid"}, ":t": {"N": "400"}, ":e": {"S": "eve"},
                                   ":b": {"S": "bob"}}, PaginationConfig={"PageSize": 3})
    found = [(Decimal(each["amount"]["N"]), each["customer"]["S"])
             for page in pages for each in page["Items"]]
    same([amount for amount, _ in found], sorted(amount for amount, _ in found))
    same(sorted(found), sorted((each["amount"], each["customer"]) for each in all_orders()
                               if each["status"] == "paid" and each["amount"] > 400 and
                               each["customer"] in ("ada", "zoë")))


def scan():
    segments = 4
    found = [[] for _ in range(segments)]

    def read(segment: int):
        pages = client().get_paginator("scan").paginate(
            TableName="orders", Segment=segment, TotalSegments=segments,
            PaginationConfig={"PageSize": 11})
        found[segment] = [each for page in pages for each in page["Items"]]

    threads = [threading.Thread(target=read, args=(segment,)) for segment in range(segments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    customers = [{each["customer"]["S"] for each in part} for part in found]
    same(sum(map(len, customers)), len(CUSTOMERS))  # an item collection is in one segment
    same(sorted((each["customer"]["S"], int(each["number"]["N"])) for part in found for each in part),
         [(each["customer"], each["number"]) for each in by_key(all_orders())])
    filtered = orders.scan(FilterExpression=Attr("amount").lt(30) & Attr("lines[0].count").gt(1),
                           ProjectionExpression="customer, #n", ExpressionAttributeNames={"#n": "number"})
    same(filtered["ScannedCount"], len(CUSTOMERS) * ORDERS)
    same(by_key(filtered["Items"]), by_key({"customer": customer, "number": number}
                                           for customer in CUSTOMERS for number in (1, 2)))


def update():
    key = {"customer": "ada", "number": 1}
    changed = orders.update_item(
        Key=key, UpdateExpression="SET amount = amount + :more, #l = list_append(#l, :line), "
        "seen = if_not_exists(seen, :zero) REMOVE placed ADD tags :tags",
        ConditionExpression="attribute_exists(customer) AND size(#l) = :one",
        ExpressionAttributeNames={"#l": "lines"},
        ExpressionAttributeValues={":more": Decimal("0.5"), ":line": [{"article": "x"}], ":zero": 0,
                                   ":one": 1, ":tags": {"new"}}, ReturnValues="ALL_NEW")["Attributes"]
    expected = order("ada", 1)
    expected.update(amount=Decimal("10.75"), seen=0, tags={"new"},
                    lines=expected["lines"] + [{"article": "x"}])
    del expected["placed"]
    same(changed, expected)
    same(orders.update_item(Key=key, UpdateExpression="SET amount = amount - :t, #s = :s",
                            ExpressionAttributeNames={"#s": "status"},
                            ExpressionAttributeValues={":t": 10, ":s": "sent"},
                            ReturnValues="UPDATED_OLD")["Attributes"],
         {"amount": Decimal("10.75"), "status": "paid"})
    refused("ConditionalCheckFailedException", orders.update_item, Key=key,
            UpdateExpression="SET amount = :t", ConditionExpression=Attr("amount").gt(1),
            ExpressionAttributeValues={":t": 0})
    refused("ConditionalCheckFailedException", orders.put_item, Item=order("ada", 1),
            ConditionExpression=Attr("customer").not_exists())
    orders.put_item(Item=order("ada", 1))


def transact():
    def key(number):
        return {"customer": {"S": "bob"}, "number": {"N": str(number)}}

    writes = [
        {"Put": {"TableName": "orders", "Item": {**key(1000), "status": {"S": "open"}}}},
        {"Update": {"TableName": "orders", "Key": key(1), "UpdateExpression": "SET #s = :s",
                    "ExpressionAttributeNames": {"#s": "status"},
                    "ExpressionAttributeValues": {":s": {"S": "lost"}}}},
        {"Delete": {"TableName": "orders", "Key": key(2)}},
        {"ConditionCheck": {"TableName": "orders", "Key": key(3),
                            "ConditionExpression": "attribute_exists(customer)"}},
    ]
    for _ in range(2):  # the second time it is known to have been carried out
        dynamodb.transact_write_items(TransactItems=writes, ClientRequestToken="once-and-not-twice")
    found = dynamodb.transact_get_items(TransactItems=[
        {"Get": {"TableName": "orders", "Key": key(number), "ProjectionExpression": "#s",
                 "ExpressionAttributeNames": {"#s": "status"}}} for number in (1000, 1, 2)])
    same(found["Responses"], [{"Item": {"status": {"S": "open"}}}, {"Item": {"status": {"S": "lost"}}}, {}])
    failure = refused("TransactionCanceledException", dynamodb.transact_write_items, TransactItems=[
        {"Delete": {"TableName": "orders", "Key": key(1)}},
        {"Put": {"TableName": "orders", "Item": key(1000),
                 "ConditionExpression": "attribute_not_exists(customer)",
                 "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}])
    reasons = failure.response["CancellationReasons"]
    same([reason["Code"] for reason in reasons], ["None", "ConditionalCheckFailed"])
    same(reasons[1]["Item"], {**key(1000), "status": {"S": "open"}})
    same(reasons[1]["Message"], "The conditional request failed")
    same("Item" in dynamodb.get_item(TableName="orders", Key=key(1)), True)
    orders.delete_item(Key={"customer": "bob", "number": 1000})
    with orders.batch_writer() as batch:
        batch.put_item(Item=order("bob", 1))
        batch.put_item(Item=order("bob", 2))


def batches():
    keys = [{"customer": {"S": each["customer"]}, "number": {"N": str(each["number"])}}
            for each in all_orders()[:100]]
    answer = dynamodb.batch_get_item(RequestItems={"orders": {"Keys": keys, "ConsistentRead": True}})
    same(answer["UnprocessedKeys"], {})
    same(sorted(int(each["number"]["N"]) for each in answer["Responses"]["orders"]),
         sorted(each["number"] for each in all_orders()[:100]))
    refused("ValidationException", dynamodb.batch_get_item, RequestItems={"orders": {"Keys": keys + keys[:1]}})
    refused("ValidationException", dynamodb.batch_write_item, RequestItems={
        "orders": [{"DeleteRequest": {"Key": key}} for key in (keys[0], keys[0])]})


def errors():
    failure = refused("ResourceNotFoundException", dynamodb.describe_table, TableName="nothing")
    same(failure.response["Error"]["Message"], "Requested resource not found: Table: nothing not found")
    refused("ResourceNotFoundException", dynamodb.scan, TableName="nothing")
    refused("ValidationException", dynamodb.get_item, TableName="orders",
            Key={"customer": {"S": "ada"}})
    refused("ValidationException", orders.scan, FilterExpression="customer =")
    refused("ValidationException", orders.query, KeyConditionExpression=Key("amount").eq(1))


def time_to_live():
    dynamodb.update_time_to_live(TableName="orders", TimeToLiveSpecification={
        "Enabled": True, "AttributeName": "expires"})
    same(dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"],
         {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})


def tables():
    names = [f"table-{number:02}" for number in range(12)]
    for name in names:
        dynamodb.create_table(TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
                              ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    pages = list(dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 5}))
    same([name for page in pages for name in page["TableNames"]], ["orders", *names])
    same(len(pages), 3)
    for name in names:
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        dynamodb.delete_table(TableName=name)
        dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def delete():
    same(orders.delete_item(Key={"customer": "eve", "number": 7}, ReturnValues="ALL_OLD")["Attributes"],
         order("eve", 7))
    same("Item" in orders.get_item(Key={"customer": "eve", "number": 7}), False)
    refused("ConditionalCheckFailedException", orders.delete_item, Key={"customer": "eve", "number": 7},
            ConditionExpression=Attr("customer").exists())
    orders.delete()
    orders.wait_until_not_exists()
    refused("ResourceNotFoundException", dynamodb.describe_table, TableName="orders")


def signatures():
    stranger = client(aws_access_key_id="AKNOBODY", aws_secret_access_key="secret")
    failure = refused("UnrecognizedClientException", stranger.list_tables)
    same(failure.response["Error"]["Message"], "The security token included in the request is invalid.")
    forger = client(aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key="guessed",
                    aws_session_token=os.environ["AWS_SESSION_TOKEN"])
    refused("InvalidSignatureException", forger.list_tables)


if __name__ == "__main__":
    print(f"boto3 {boto3.__version__} at {ENDPOINT}", flush=True)
    for step in (create, fill, types, query, scan, update, transact, batches, errors, time_to_live,
                 tables, delete, signatures):
        print(step.__name__, flush=True)
        step()
