// Scans a table with the document client of the AWS SDK for JavaScript, as its guide shows.
// usage: node scan.mjs SDK_FOLDER ENDPOINT    (scripts/javascript-sdk prints the folder)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, endpoint] = process.argv.slice(2);
if (!endpoint) {
  console.error("usage: node scan.mjs SDK_FOLDER ENDPOINT");
  process.exit(2);
}
const require = createRequire(`${folder}/scan.mjs`);
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, paginateScan } = require("@aws-sdk/lib-dynamodb");
const sdk = require("@aws-sdk/lib-dynamodb/package.json");

const cpuSeconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

const cpuAtStart = process.cpuUsage();
const start = process.hrtime.bigint();

const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "benchmark", secretAccessKey: "benchmark" },
  }),
);
let items = 0;
let ageSum = 0;
for await (const page of paginateScan({ client }, { TableName: "users" })) {
  for (const user of page.Items) {
    ++items;
    ageSum += user.age ?? 0;
  }
}

const wall = Number(process.hrtime.bigint() - start) / 1e9;
const cpu = cpuSeconds(cpuAtStart);
const peakKibibytes = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
console.log(
  JSON.stringify({
    name: `AWS SDK for JavaScript ${sdk.version}, Node.js ${process.versions.node}`,
    items,
    age_sum: ageSum,
    bytes: null,
    cpu_seconds: cpu,
    total_cpu_seconds: cpuSeconds(),
    wall_seconds: wall,
    peak_rss_mb: (peakKibibytes * 1024) / 1e6,
  }),
);
