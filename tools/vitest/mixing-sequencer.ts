import { BaseSequencer, type TestSpecification } from 'vitest/node';

const COMPUTING = 'integration';
/** They wait for minutes of the clock, so they begin first: at the end they would be waited for by everybody. */
const LONGEST_WAITS = ['access/watchdog.lab.test.ts', 'e2e/worker-killed.e2e.test.ts'];

/**
 * Vitest runs the files of one project after those of another, also when they share a queue. Then the processors are short
 * while the integration tests run, and idle while the tests on hosts wait. This deals the files out alternately.
 */
export class MixingSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own, and changes nothing
    const sorted = await super.sort(files);
    const orders = [...new Set(sorted.map(orderOf))];
    return orders.flatMap((order) => mixed(sorted.filter((file) => orderOf(file) === order)));
  }
}

const orderOf = (file: TestSpecification): number => file.project.config.sequence.groupOrder;

const waitsLongest = ({ moduleId }: TestSpecification): boolean =>
  LONGEST_WAITS.some((path) => moduleId.endsWith(path));

function mixed(files: readonly TestSpecification[]): TestSpecification[] {
  const computing = files.filter(({ project }) => project.name === COMPUTING);
  const waiting = files
    .filter(({ project }) => project.name !== COMPUTING)
    .toSorted((a, b) => Number(waitsLongest(b)) - Number(waitsLongest(a)));
  const rounds = Math.max(computing.length, waiting.length);
  return Array.from({ length: rounds }, (_, index) => [waiting[index], computing[index]])
    .flat()
    .filter((file) => file !== undefined);
}
