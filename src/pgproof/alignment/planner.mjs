// Answers a line of JSON for each line of JSON: reads what a database holds, and plans the way from one to another.
// The first argument is the node_modules folder that holds @supabase/pg-delta.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// What a library prints must not be taken for an answer.
console.log = console.info = console.debug = console.error;

const packageFolder = join(process.argv[2], "@supabase", "pg-delta");
const delta = await import(pathToFileURL(join(packageFolder, "dist", "index.js")).href);
const pg = createRequire(join(packageFolder, "package.json"))("pg");
const known = new Map();

async function read({ name, url }) {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // A session that ends while nobody asks is no failure of this program.
  pool.on("error", () => undefined);
  try {
    known.set(name, (await delta.extract(pool)).factBase);
    return {};
  } finally {
    await pool.end();
  }
}

function plan({ source, desired, without }) {
  const options = { compact: true, renames: "off" };
  if (without.length > 0) {
    options.policy = { id: "without", filter: [{ match: { kind: without }, action: "exclude" }] };
  }
  const made = delta.plan(known.get(source), known.get(desired), options);
  return { actions: made.actions };
}

const commands = { read, plan };

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = await commands[asked.command](asked);
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
