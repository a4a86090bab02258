import { join } from 'node:path';
import { BUILD_FOLDER } from '../host/built-program.ts';
import { FIRST_LOAD_BYTES_MAX, firstLoad } from './first-load.ts';

/** `npm run check:size`: prints what the first screen loads, and fails above the limit. */
const LARGEST_SHOWN = 5;

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`;
const files = firstLoad(join(BUILD_FOLDER, 'out/renderer'));
const total = files.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
const lines = files
  .slice(0, LARGEST_SHOWN)
  .map(({ file, compressedBytes }) => `${kilobytes(compressedBytes).padStart(10)}  ${file}`);
process.stdout.write(
  `${lines.join('\n')}\nFirst load: ${kilobytes(total)} of JavaScript, gzip, in ${files.length} files (limit ${kilobytes(FIRST_LOAD_BYTES_MAX)}).\n`,
);
if (total > FIRST_LOAD_BYTES_MAX) {
  process.stderr.write('The first load is too large: load the heavy part when it is first needed.\n');
  process.exitCode = 1;
}
