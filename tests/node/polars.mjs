// Reads a Parquet file with Polars and writes it again, uncompressed: what it writes is what it has read.
//   node polars.mjs IN OUT
import { createRequire } from 'node:module';

const require = createRequire(new URL('../.tools/', import.meta.url));
const polars = require('nodejs-polars');

const [input, output] = process.argv.slice(2);
polars.readParquet(input).writeParquet(output, { compression: 'uncompressed' });
