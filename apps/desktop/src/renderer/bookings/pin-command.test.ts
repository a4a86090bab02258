import { expect, test } from 'vitest';
import { pinCommand } from './pin-command.ts';

test('the line is added once: it is looked for first', () => {
  const command = pinCommand('rsm-1 ssh-ed25519 AAAA');
  expect(command).toBe(
    "mkdir -p ~/.ssh && { grep -qxF 'rsm-1 ssh-ed25519 AAAA' ~/.ssh/known_hosts_rsm 2>/dev/null || echo 'rsm-1 ssh-ed25519 AAAA' >> ~/.ssh/known_hosts_rsm; }",
  );
});

test('a line can’t leave its quotes', () => {
  const command = pinCommand("it's $(touch harm)");
  // Outside of quotes only our own words are left once each quoted part is taken away.
  const unquoted = command.replace(/'[^']*'|\\'/g, '');
  expect(unquoted).toBe(
    'mkdir -p ~/.ssh && { grep -qxF  ~/.ssh/known_hosts_rsm 2>/dev/null || echo  >> ~/.ssh/known_hosts_rsm; }',
  );
});
