// Uses DynamoDB as programs in JavaScript do: with the AWS SDK, its commands, paginators, waiters and
// document client. Ends with 1 at the first surprise.
//
// usage: node client.mjs SDK_FOLDER [ENDPOINT]    (default: DYNAMO_FOREIGN_ENDPOINT, see run.py)
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [folder, endpoint = process.env.DYNAMO_FOREIGN_ENDPOINT] = process.argv.slice(2);
const require = createRequire(`${folder}/client.mjs`);
const {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  TransactionCanceledException,
  paginateListTables,
  paginateQuery,
  waitUntilTableExists,
  waitUntilTableNotExists,
} = require("@aws-sdk/client-dynamodb");
const {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
  paginateQuery: paginateDocumentQuery,
  paginateScan,
} = require("@aws-sdk/lib-dynamodb");

const low = new DynamoDBClient({ endpoint, maxAttempts: 2 });
const client = DynamoDBDocumentClient.from(low);
const TableName = "readings";
const rooms = ["attic", "cellar", "hall", "küche"];
const hours = 40;

const reading = (room, hour) => ({
  room,
  hour,
  day: `2026-02-${String(28 - (hour % 28)).padStart(2, "0")}`,
  kind: ["heat", "light"][hour % 2],
  measured: hour * 1.5,
  details: { sensors: [`s${hour}`, { ok: true }], note: null },
});
const all = rooms.flatMap((room) => Array.from({ length: hours }, (_, hour) => reading(room, hour)));
const sorted = (items) =>
  [...items].sort((a, b) => (a.room === b.room ? a.hour - b.hour : a.room < b.room ? -1 : 1));
const gather = async (pages, member = "Items") => {
  const found = [];
  for await (const page of pages) found.push(...page[member]);
  return found;
};

async function refused(kind, command) {
  try {
    await client.send(command);
  } catch (failure) {
    assert.equal(failure.name, kind);
    assert.equal(failure.$metadata.httpStatusCode, 400);
    assert.ok(failure.$metadata.requestId);
    return failure;
  }
  assert.fail(`was not refused with ${kind}`);
}

async function create() {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "room", AttributeType: "S" },
        { AttributeName: "hour", AttributeType: "N" },
        { AttributeName: "day", AttributeType: "S" },
        { AttributeName: "kind", AttributeType: "S" },
        { AttributeName: "measured", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "room", KeyType: "HASH" },
        { AttributeName: "hour", KeyType: "RANGE" },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: "by_day",
          KeySchema: [
            { AttributeName: "room", KeyType: "HASH" },
            { AttributeName: "day", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by_kind",
          KeySchema: [
            { AttributeName: "kind", KeyType: "HASH" },
            { AttributeName: "measured", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  const waited = await waitUntilTableExists({ client: low, maxWaitTime: 30 }, { TableName });
  assert.equal(waited.state, "SUCCESS");
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  assert.equal(Table.TableStatus, "ACTIVE");
  assert.equal(Table.ItemCount, 0);
  assert.ok(Table.CreationDateTime instanceof Date);
  assert.deepEqual(Table.GlobalSecondaryIndexes[0].Projection, { ProjectionType: "KEYS_ONLY" });
}

async function fill() {
  for (let begin = 0; begin < all.length; begin += 25) {
    const written = await client.send(
      new BatchWriteCommand({
        RequestItems: {
          [TableName]: all.slice(begin, begin + 25).map((Item) => ({ PutRequest: { Item } })),
        },
      }),
    );
    assert.deepEqual(written.UnprocessedItems, {});
  }
  const { Count } = await client.send(
    new ScanCommand({ TableName, Select: "COUNT", ConsistentRead: true }),
  );
  assert.equal(Count, all.length);
}

async function types() {
  const Item = {
    room: "types",
    hour: -0.125,
    text: 'äöü €\n"quoted" \\ 😀',
    bytes: new Uint8Array([0, 1, 254, 255]),
    texts: new Set(["a", "b"]),
    numbers: new Set([1, 2.5]),
    nested: [1, ["two", { three: [3] }], {}, []],
    no: false,
    nothing: null,
  };
  await client.send(new PutCommand({ TableName, Item }));
  const Key = { room: Item.room, hour: Item.hour };
  assert.deepEqual((await client.send(new GetCommand({ TableName, Key }))).Item, Item);
  await client.send(new DeleteCommand({ TableName, Key }));
  assert.equal((await client.send(new GetCommand({ TableName, Key }))).Item, undefined);
}

async function query() {
  const ofHall = {
    TableName,
    KeyConditionExpression: "room = :room",
    ExpressionAttributeValues: { ":room": "hall" },
  };
  const hall = all.filter((each) => each.room === "hall");
  assert.deepEqual((await client.send(new QueryCommand(ofHall))).Items, hall);
  const backwards = { ...ofHall, ScanIndexForward: false };
  assert.deepEqual(
    await gather(paginateDocumentQuery({ client, pageSize: 7 }, backwards)),
    [...hall].reverse(),
  );
  const byDay = await client.send(
    new QueryCommand({
      ...ofHall,
      IndexName: "by_day",
      KeyConditionExpression: "room = :room AND #d BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#d": "day" },
      ExpressionAttributeValues: { ":room": "hall", ":from": "2026-02-05", ":to": "2026-02-09" },
    }),
  );
  assert.deepEqual(sorted(byDay.Items), sorted(hall.filter((each) => each.day >= "2026-02-05" && each.day <= "2026-02-09")));
  assert.deepEqual(byDay.Items.map((each) => each.day), byDay.Items.map((each) => each.day).sort());
  const byKind = await gather(
    paginateQuery(
      { client: low, pageSize: 5 },
      {
        TableName,
        IndexName: "by_kind",
        KeyConditionExpression: "kind = :kind AND measured < :measured",
        ExpressionAttributeValues: { ":kind": { S: "light" }, ":measured": { N: "12" } },
      },
    ),
  );
  assert.deepEqual(
    sorted(byKind.map((each) => ({ room: each.room.S, hour: Number(each.hour.N) }))),
    sorted(all.filter((each) => each.kind === "light" && each.measured < 12)).map(({ room, hour }) => ({ room, hour })),
  );
  assert.deepEqual(Object.keys(byKind[0]).sort(), ["hour", "kind", "measured", "room"]);
}

async function scan() {
  const TotalSegments = 4;
  const parts = await Promise.all(
    Array.from({ length: TotalSegments }, (_, Segment) =>
      gather(paginateScan({ client, pageSize: 9 }, { TableName, Segment, TotalSegments })),
    ),
  );
  assert.deepEqual(sorted(parts.flat()), sorted(all));
  const filtered = await client.send(
    new ScanCommand({
      TableName,
      FilterExpression: "details.sensors[0] = :s OR attribute_not_exists(details)",
      ExpressionAttributeValues: { ":s": "s3" },
      ProjectionExpression: "room, details.sensors[1].ok",
    }),
  );
  assert.equal(filtered.ScannedCount, all.length);
  assert.deepEqual(
    filtered.Items.sort((a, b) => (a.room < b.room ? -1 : 1)),
    rooms.map((room) => ({ room, details: { sensors: [{ ok: true }] } })).sort((a, b) => (a.room < b.room ? -1 : 1)),
  );
}

async function update() {
  const Key = { room: "hall", hour: 1 };
  const { Attributes } = await client.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression:
        "SET measured = measured + :more, details.note = :note REMOVE details.sensors[0] ADD seen :one",
      ConditionExpression: "kind = :kind AND attribute_type(details.note, :null)",
      ExpressionAttributeValues: { ":more": 0.25, ":note": "n", ":one": 1, ":kind": "light", ":null": "NULL" },
      ReturnValues: "ALL_NEW",
    }),
  );
  assert.deepEqual(Attributes, {
    ...reading("hall", 1),
    measured: 1.75,
    seen: 1,
    details: { sensors: [{ ok: true }], note: "n" },
  });
  const failure = await refused(
    "ConditionalCheckFailedException",
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: "SET measured = :none",
      ConditionExpression: "measured > :limit",
      ExpressionAttributeValues: { ":none": 0, ":limit": 100 },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    }),
  );
  assert.ok(failure instanceof ConditionalCheckFailedException);
  assert.equal(failure.message, "The conditional request failed");
  assert.equal(failure.Item.seen.N, "1");
  await client.send(new PutCommand({ TableName, Item: reading("hall", 1) }));
}

async function transact() {
  const key = (hour) => ({ room: "attic", hour });
  await client.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { ...key(1000), kind: "heat" } } },
        {
          Update: {
            TableName,
            Key: key(1),
            UpdateExpression: "SET kind = :kind",
            ExpressionAttributeValues: { ":kind": "dark" },
          },
        },
        { Delete: { TableName, Key: key(2) } },
        { ConditionCheck: { TableName, Key: key(3), ConditionExpression: "attribute_exists(room)" } },
      ],
    }),
  );
  const { Responses } = await client.send(
    new TransactGetCommand({
      TransactItems: [1000, 1, 2].map((hour) => ({
        Get: { TableName, Key: key(hour), ProjectionExpression: "kind" },
      })),
    }),
  );
  assert.deepEqual(Responses.map((each) => each.Item?.kind), ["heat", "dark", undefined]);
  const failure = await refused(
    "TransactionCanceledException",
    new TransactWriteCommand({
      TransactItems: [
        { Delete: { TableName, Key: key(1) } },
        {
          Put: {
            TableName,
            Item: key(1000),
            ConditionExpression: "attribute_not_exists(room)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
      ],
    }),
  );
  assert.ok(failure instanceof TransactionCanceledException);
  assert.deepEqual(failure.CancellationReasons.map((each) => each.Code), ["None", "ConditionalCheckFailed"]);
  assert.deepEqual(failure.CancellationReasons[1].Item.kind, { S: "heat" });
  assert.ok((await client.send(new GetCommand({ TableName, Key: key(1) }))).Item);
}

async function batches() {
  const Keys = all.slice(40, 100).map(({ room, hour }) => ({ room, hour }));
  const { Responses, UnprocessedKeys } = await client.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
  );
  assert.deepEqual(UnprocessedKeys, {});
  assert.deepEqual(sorted(Responses[TableName]), sorted(all.slice(40, 100)));
}

async function errors() {
  const absent = await refused("ResourceNotFoundException", new DescribeTableCommand({ TableName: "nothing" }));
  assert.ok(absent instanceof ResourceNotFoundException);
  await refused("ValidationException", new GetItemCommand({ TableName, Key: { room: { N: "1" }, hour: { N: "1" } } }));
  await refused("ValidationException", new ScanCommand({ TableName, FilterExpression: "a b" }));
  await refused("ResourceInUseException", new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  }));
  const twice = { PutRequest: { Item: { room: { S: "a" }, hour: { N: "1" } } } };
  await refused("ValidationException", new BatchWriteItemCommand({ RequestItems: { [TableName]: [twice, twice] } }));
  await refused("ValidationException", new PutItemCommand({ TableName, Item: { room: { S: "" }, hour: { N: "1" } } }));
}

async function remove() {
  const { Attributes } = await client.send(
    new DeleteCommand({ TableName, Key: { room: "cellar", hour: 5 }, ReturnValues: "ALL_OLD" }),
  );
  assert.deepEqual(Attributes, reading("cellar", 5));
  await refused(
    "ConditionalCheckFailedException",
    new DeleteCommand({
      TableName,
      Key: { room: "cellar", hour: 5 },
      ConditionExpression: "attribute_exists(room)",
    }),
  );
  assert.deepEqual(await gather(paginateListTables({ client: low, pageSize: 1 }, {}), "TableNames"), [TableName]);
  await client.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client: low, maxWaitTime: 30 }, { TableName });
  await refused("ResourceNotFoundException", new ScanCommand({ TableName }));
}

const { version } = require("@aws-sdk/client-dynamodb/package.json");
console.log(`AWS SDK for JavaScript ${version}, Node.js ${process.versions.node}, at ${endpoint}`);
for (const step of [create, fill, types, query, scan, update, transact, batches, errors, remove]) {
  console.log(step.name);
  await step();
}
