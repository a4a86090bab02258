// @module-tag ci

import { afterAll } from 'vitest';
import { startContainerHost } from '@rsm/lab';
import { describeMatrix } from './testing/describe-matrix.ts';
import { matrixAsMarkdown } from './testing/matrix-page.ts';
import { accountStrategies, misbehaviours } from './testing/wipe-matrix.ts';

afterAll(() => {
  if (process.env['RSM_TEST_DEPTH'] === 'deep') process.stdout.write(`\n${matrixAsMarkdown()}\n`);
});

describeMatrix({
  name: 'clean-ups',
  strategies: accountStrategies,
  misbehaviours,
  firstUid: 2_400_001,
  start: async (lab, persistent) => ({
    host: await lab.startHost({ flavour: 'debian', diskMb: 512, persistent }),
    image: null,
  }),
  sample: ['cut before each step home_directory_purge 6'],
});

describeMatrix({
  name: 'clean-ups of containers',
  strategies: ['container_destroy'],
  misbehaviours,
  firstUid: 2_410_001,
  start: (lab, persistent) => startContainerHost(lab, { diskMb: 2_048, persistent }),
  engine: 'podman',
  // container-access.lab.test.ts, which has such a host anyway, runs one cell of it.
  sample: [],
});

describeMatrix({
  name: 'clean-ups of containers of docker',
  strategies: ['container_destroy'],
  misbehaviours,
  firstUid: 2_450_001,
  start: (lab, persistent) => startContainerHost(lab, { engine: 'docker', diskMb: 3_072, persistent }),
  engine: 'docker',
  sample: [],
});
