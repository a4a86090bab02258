// @module-tag ci

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasApt, installSystemPackages } from './system-packages.ts';

const policyFile = '/usr/sbin/policy-rc.d';

describe.skipIf(process.getuid?.() !== 0 || !hasApt())('installing system packages (needs root and apt)', () => {
  // Deep, because the failure costs an apt-get update: it asks servers that are not ours, and waits for them.
  it('puts the policy for starting services back, after a success and after a failure', { tags: 'deep' }, async () => {
    const before = policy();

    await installSystemPackages(['mount']);
    expect(policy()).toBe(before);

    await expect(installSystemPackages(['rsm-lab-no-such-package'])).rejects.toThrow('apt-get');
    expect(policy()).toBe(before);
  });

  it('one installation at a time: two at once put each other’s policy aside, and one of them failed', async () => {
    const before = policy();
    await Promise.all([1, 2].map(async () => installSystemPackages(['mount'])));
    expect(policy()).toBe(before);
  });
});

function policy(): string | undefined {
  return existsSync(policyFile) ? readFileSync(policyFile, 'utf8') : undefined;
}
