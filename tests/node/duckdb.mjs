// Runs SQL in DuckDB, on one thread: a JSON array of statements on standard input, a JSON array of their results on standard output.
// A result is an array of rows, a row an array of values: integers of 64 bits are strings, lists arrays, structs objects.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(new URL('../.tools/', import.meta.url));
const { DuckDBInstance } = require('@duckdb/node-api');

const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
const results = [];
for (const sql of JSON.parse(readFileSync(0, 'utf8'))) {
  const reader = await connection.runAndReadAll(sql);
  results.push(reader.getRowsJson());
}
process.stdout.write(JSON.stringify(results));
