// Reads a Parquet file with arrow-rs and writes it again: pages of version 2, with the encodings that come with it.
//   node arrow.mjs IN OUT CODEC [dictionary]      CODEC: UNCOMPRESSED, SNAPPY, GZIP, BROTLI, ZSTD or LZ4_RAW
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';

const require = createRequire(new URL('../.tools/', import.meta.url));
const { Compression, WriterPropertiesBuilder, WriterVersion, readParquet, writeParquet } = require('parquet-wasm/node');

const [input, output, codec, dictionary] = process.argv.slice(2);
const properties = new WriterPropertiesBuilder()
  .setWriterVersion(WriterVersion.V2)
  .setCompression(Compression[codec])
  .setDictionaryEnabled(dictionary === 'dictionary')
  .build();
writeFileSync(output, writeParquet(readParquet(readFileSync(input)), properties));
