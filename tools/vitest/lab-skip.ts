import { beforeEach, inject } from 'vitest';

beforeEach((context) => {
  const reason = inject('labMissing');
  context.skip(reason !== '', reason);
});
