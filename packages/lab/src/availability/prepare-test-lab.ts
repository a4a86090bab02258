import { prepareLab } from '../prepare-lab.ts';
import type { LabAvailability } from '../prepare-lab.ts';

/**
 * The lab for a test file. Where there can be none the tests are to be skipped with the reason, except with `CI=true`:
 * there a missing lab is a failure, and this throws.
 *
 * @param environment usually `process.env`; `CI` and `RSM_LAB_CACHE` (where roots are kept) are read from it
 */
export async function prepareTestLab(environment: NodeJS.ProcessEnv): Promise<LabAvailability> {
  const availability = await prepareLab({
    log: (line) => void process.stderr.write(`${line}\n`),
    cacheDir: environment['RSM_LAB_CACHE'],
  });
  if (!availability.available && environment['CI'] === 'true') throw new Error(`no lab: ${availability.reason}`);
  return availability;
}
