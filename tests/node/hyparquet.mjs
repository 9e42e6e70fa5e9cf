// Reads a Parquet file with hyparquet: prints its rows as JSON. 64-bit integers are strings, bytes upper-case hexadecimal digits.
//   node hyparquet.mjs FILE
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../.tools/', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { asyncBufferFromFile, parquetReadObjects } = await load('hyparquet');
const { compressors } = await load('hyparquet-compressors');

function plain(key, value) {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex').toUpperCase() : value;
}

const file = await asyncBufferFromFile(process.argv[2]);
const rows = await parquetReadObjects({ file, compressors, utf8: false });
process.stdout.write(JSON.stringify(rows, plain));
