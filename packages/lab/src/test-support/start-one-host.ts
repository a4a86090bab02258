import { createInterface } from 'node:readline';
import { prepareLab } from '../prepare-lab.ts';

/** A process of its own for tests of two labs at once, and of a lab whose process dies. Argument: the cache folder. */
const availability = await prepareLab({
  log: (line) => void process.stderr.write(`${line}\n`),
  cacheDir: process.argv[2],
});
if (!availability.available) throw new Error(availability.reason);
const host = await availability.lab.startHost({ flavour: 'bare' });
const [, , third = 0, fourth = 0] = host.address.split('.').map(Number);
const index = (third * 256 + fourth - 2) / 4;
process.stdout.write(`${JSON.stringify({ name: host.name, address: host.address, index })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'exit') process.exit(0);
}
