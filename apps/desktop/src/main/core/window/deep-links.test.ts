import { describe, expect, it } from 'vitest';
import { commandOfDeepLink, deepLinkOfArguments } from './deep-links.ts';

const ID = '0197a5c0-0000-7000-8000-000000000001';

describe('links of the system', () => {
  it.each([
    [`rsm://booking/${ID}`, `/bookings/${ID}`],
    [`rsm://booking/${ID}/`, `/bookings/${ID}`],
    [`rsm://listing/${ID}`, `/listings/${ID}`],
    [`rsm://machine/${ID}`, `/machines/${ID}`],
    ['rsm://wallet', '/wallet'],
    ['rsm://inbox/', '/inbox'],
  ])('%s shows %s', (link, path) => {
    expect(commandOfDeepLink(link)).toEqual({ kind: 'navigate', path });
  });

  it.each([
    '',
    'rsm://',
    'rsm://booking',
    'rsm://booking/',
    'rsm://booking/1',
    `rsm:booking/${ID}`,
    `rsm:///booking/${ID}`,
    `RSM://booking/${ID}`,
    ` rsm://booking/${ID}`,
    `rsm://booking/${ID}\n`,
    `rsm://booking/${ID}/end`,
    `rsm://booking/${ID}?end=1`,
    `rsm://booking/${ID}#x`,
    `rsm://booking/../${ID}`,
    `rsm://booking/%2e%2e/${ID}`,
    `rsm://booking//${ID}`,
    `rsm://user@booking/${ID}`,
    `rsm://wallet/${ID}`,
    'rsm://settings',
    'rsm://__proto__',
    'rsm://constructor',
    // An id that is none of ours (version 4).
    'rsm://booking/2f1acc62-6c5e-4c37-9f5b-2a7c1f0a9f11',
    `https://example.org/rsm://booking/${ID}`,
    'app://rsm/',
    'file:///etc/passwd',
    `rsm://booking/${'a'.repeat(300)}`,
  ])('takes no notice of %j', (link) => {
    expect(commandOfDeepLink(link)).toBeNull();
  });
});

it('finds the link among the arguments of a second start', () => {
  expect(deepLinkOfArguments(['/usr/bin/rsm', '--flag', `rsm://booking/${ID}`])).toBe(`rsm://booking/${ID}`);
  expect(deepLinkOfArguments(['/usr/bin/rsm', '--flag=rsm://x'])).toBeNull();
});
