// DuckDB as the peer of `vlmq bench parquet`: reads the name of a slice a line ("write snappy", "read zstd-3" …), does it for at
// least SECONDS on one thread, and answers with MB of values per CPU second.
//   node parquet-bench.mjs FOLDER BYTES SECONDS     FOLDER holds the table as uncompressed.parquet, snappy.parquet and zstd-3.parquet
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../.tools/', import.meta.url));
const { DuckDBInstance, version } = require('@duckdb/node-api');

const [folder, bytes, seconds] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
await connection.run(`CREATE TABLE sample AS SELECT * FROM '${folder}/uncompressed.parquet'`);

function statement(slice) {
  const [verb, codec] = slice.split(' ');
  const [method, effort] = codec.split('-');
  const level = effort ? `, COMPRESSION_LEVEL ${effort}` : '';
  return verb === 'write'
    ? `COPY sample TO '${folder}/duckdb.parquet' (FORMAT parquet, COMPRESSION ${method}${level})`
    : `CREATE OR REPLACE TEMP TABLE materialised AS SELECT * FROM '${folder}/${codec}.parquet'`;
}

async function measure(slice) {
  const sql = statement(slice);
  const start = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  do {
    await connection.run(sql);
    done += Number(bytes) / 1e6;
  } while (performance.now() - start < Number(seconds) * 1000);
  const { user, system } = process.cpuUsage(cpu);
  return done / ((user + system) / 1e6);
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(line === 'name' ? `DuckDB ${version()}` : await measure(line));
}
