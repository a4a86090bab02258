import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { anyMachine } from '../test-support/any-machine.ts';
import { createOnboardingBlocks } from './onboarding.ts';

const blocks = createOnboardingBlocks({ ourAddresses: ['203.0.113.7', '2001:DB8::/48'] });

describe('the onboarding blocks', () => {
  it('say what they grant before they do it', () => {
    const { machine } = anyMachine();
    const { grant } = blocks.render({ machine });
    const comments = grant.split('\n').filter((line) => line.startsWith('#'));
    expect(comments.join('\n')).toContain('log in as "root", and only from: 203.0.113.7,2001:DB8::/48');
    expect(comments.join('\n')).toMatch(/control {3}SHA256:\S{43}\n[\s\S]*verifier {2}SHA256:\S{43}/);
    const lines = grant.split('\n').filter((line) => line.includes('ssh-ed25519 '));
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(
        /^ {2}'from="203\.0\.113\.7,2001:DB8::\/48",restrict ssh-ed25519 \S+ rsm-(control|verifier)-[0-9a-f-]{36}'/,
      );
  });

  it('are POSIX sh', () => {
    const { grant, takeAway } = blocks.render(anyMachine());
    for (const block of [grant, takeAway])
      expect(() => execFileSync('/bin/sh', ['-n'], { input: block })).not.toThrow();
  });

  it('cannot be broken by a machine’s name or user', () => {
    const { machine } = anyMachine({ name: 'x"\nrm -rf / #`id`$(id)\u0000' });
    expect(blocks.render({ machine }).grant.split('\n')[0]).toBe(
      '# Remote Servers Marketplace: let us work on the machine "xrm -rf  idid".',
    );
    expect(() => blocks.render(anyMachine({ sshUser: "root'; id" }))).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'sshUser' }) as Error,
    );
  });

  it.each([[[]], [['everywhere']], [['203.0.113.7 ,!bad']], [['*']]])(
    'are not made for the addresses %j',
    (ourAddresses) => {
      expect(() => createOnboardingBlocks({ ourAddresses })).toThrow(RangeError);
    },
  );
});
