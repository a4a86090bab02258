import { BaseSequencer, type TestSpecification } from 'vitest/node';

const COMPUTING = '.integration.test.ts';
/** How many files of a kind are dealt out together. With more waits at once, nobody would compute. */
const WAITS_TOGETHER = 2;
const COMPUTING_TOGETHER = 4;
/** The longest first: they wait for minutes of the clock, and at the end they would be waited for by everybody. */
const LONGEST_WAITS = [
  'access/container-access.lab.test.ts',
  'access/watchdog.lab.test.ts',
  'e2e/worker-killed.e2e.test.ts',
  'data-wipes/wipe-and-verify.lab.test.ts',
  'e2e/main-job.e2e.test.ts',
  'e2e/wallet.e2e.test.ts',
  'e2e/access-ends-alone.e2e.test.ts',
  'access/provider-hosts.lab.test.ts',
  'hosts/lab-host.lab.test.ts',
  'e2e/screens.e2e.test.ts',
  'troubles/host-trouble.lab.test.ts',
  'e2e/demo.e2e.test.ts',
];

/**
 * Vitest runs the files in the order of their sizes or of their projects. Then the processors are short while the integration
 * tests run, and idle while the tests on hosts wait. This deals the files out by turns, behind the unit tests.
 */
export class MixingSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own, and changes nothing
    const sorted = await super.sort(files);
    return [...sorted.filter(isUnit), ...mixed(sorted.filter((file) => !isUnit(file)))];
  }
}

const isUnit = (file: TestSpecification): boolean => file.project.name.startsWith('unit');

/** The place in the list, and behind it for all others. */
function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST_WAITS.findIndex((path) => moduleId.endsWith(path));
  return place < 0 ? LONGEST_WAITS.length : place;
}

function mixed(files: readonly TestSpecification[]): TestSpecification[] {
  const computing = files.filter(({ moduleId }) => moduleId.endsWith(COMPUTING));
  const waiting = files
    .filter(({ moduleId }) => !moduleId.endsWith(COMPUTING))
    .toSorted((a, b) => placeOf(a) - placeOf(b));
  const rounds = Math.max(computing.length / COMPUTING_TOGETHER, waiting.length / WAITS_TOGETHER);
  return Array.from({ length: Math.ceil(rounds) }, (_, round) => [
    ...dealt(waiting, round, WAITS_TOGETHER),
    ...dealt(computing, round, COMPUTING_TOGETHER),
  ]).flat();
}

const dealt = <File>(files: readonly File[], round: number, count: number): readonly File[] =>
  files.slice(round * count, (round + 1) * count);
