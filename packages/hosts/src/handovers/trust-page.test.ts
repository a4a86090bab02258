import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE_MS } from '@rsm/domain/common/instant';
import { FREE_LEAVE_MS, HANDOVER_LIMIT_MS, handoverVerdicts } from '@rsm/domain/handovers/handover';
import { describe, expect, it } from 'vitest';
import { SQUARINGS_PER_EVENT } from '../work-proof/assert-figures-fit.ts';
import { WORK_PROOF_SETTINGS } from '../work-proof/measure-work-proof.ts';
import { HANDOVER_SETTINGS } from './handover-inspector.ts';
import { SPEED_TOLERANCE } from './judge-speed.ts';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/trust.md'), 'utf8');
const LIES = 'packages/hosts/src/handovers/lies.lab.test.ts';

const rows = page
  .split('\n')
  .filter((line) => /^\|.*`[^`]+\.test\.ts`: /.test(line))
  .map((line) => {
    const [lie = '', caught = '', how = '', test = ''] = line.split('|').slice(1, -1).map((cell) => cell.trim()); // prettier-ignore
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? [];
    return { lie, caught, how, file, title };
  });

describe('docs/trust.md', () => {
  it('has a table of lies', () => {
    expect(rows.length).toBeGreaterThanOrEqual(15);
  });

  it.each(rows)('names a test that exists: $lie', ({ caught, file, how, title }) => {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(readFileSync(join(root, file), 'utf8')).toMatch(
      new RegExp(`\\b(?:it|test)\\(\\s*'${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}'`),
    );
    expect(['yes', 'partly', 'no']).toContain(caught);
    expect(how).not.toBe('');
  });

  it('leaves no lie out that is told to a real host', () => {
    const told = [...readFileSync(join(root, LIES), 'utf8').matchAll(/^ {2}it\('(is [^']+)'/gm)].map(
      ([, title]) => title,
    );
    expect(told.length).toBeGreaterThanOrEqual(9);
    const named = rows.filter(({ file }) => file === LIES).map(({ title }) => title);
    expect(new Set(named)).toEqual(new Set(told));
  });

  it('states the figures of the code', () => {
    const { secondsPerRun, triesMax } = HANDOVER_SETTINGS;
    const { ratioMax, ratioMin } = SPEED_TOLERANCE;
    expect(page).toContain(
      `the best of at most ${String(triesMax)} runs of ${String(secondsPerRun)} seconds has to reach ${String(ratioMin)} to ${String(ratioMax)} times`,
    );
    expect(page).toContain(
      `${String(SQUARINGS_PER_EVENT.min)} to ${String(SQUARINGS_PER_EVENT.max)} squarings per event`,
    );
    expect(WORK_PROOF_SETTINGS.repetitions).toBe(3);
    expect(page).toContain('with one thread and with all, three times');
    expect(page).toContain(`until ${String(FREE_LEAVE_MS / MINUTE_MS)} minutes after access worked`);
    expect(page).toContain(`tried again for ${String(HANDOVER_LIMIT_MS / MINUTE_MS)} minutes`);
    for (const verdict of handoverVerdicts) expect(page).toContain(`\`${verdict}\``);
  });
});
