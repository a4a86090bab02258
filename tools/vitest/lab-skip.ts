import { beforeEach, inject } from 'vitest';

/**
 * Where there can be no lab, its tests are skipped and say why. With `CI=true` they fail: a green run there means that real
 * hosts were used.
 */
beforeEach((context) => {
  if (!context.task.file.filepath.endsWith('.lab.test.ts')) return;
  const reason = inject('labMissing');
  if (reason === '') return;
  if (process.env['CI'] === 'true') throw new Error(`CI=true and no lab: ${reason}`);
  context.skip(reason);
});
