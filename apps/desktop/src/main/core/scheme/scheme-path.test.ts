import { describe, expect, it } from 'vitest';
import { schemePathOf } from './scheme-path.ts';

describe('addresses of the app', () => {
  it.each([
    ['app://rsm/index.html', ['index.html']],
    ['app://rsm/assets/index-BImvTzKi.js', ['assets', 'index-BImvTzKi.js']],
    [
      'app://rsm/assets/inter-latin-wght-normal-Dx4kXJAl.woff2?x=../..#/..',
      ['assets', 'inter-latin-wght-normal-Dx4kXJAl.woff2'],
    ],
  ])('%s is a file', (address, segments) => {
    expect(schemePathOf(address)).toEqual({ kind: 'file', segments });
  });

  it.each([
    'app://rsm/',
    'app://rsm/bookings',
    'app://rsm/bookings/0197a5c0-0000-7000-8000-000000000001?tab=files',
    'app://rsm/listings/a%20b',
    'app://rsm/?next=/../../etc/passwd',
    'app://rsm/#/../..',
  ])('%s is a screen', (address) => {
    expect(schemePathOf(address)).toEqual({ kind: 'screen' });
  });

  it.each([
    // Up and out, in every spelling.
    'app://rsm/../package.json',
    'app://rsm/assets/../../package.json',
    'app://rsm/..',
    'app://rsm/.',
    'app://rsm/./index.html',
    'app://rsm/%2e%2e/package.json',
    'app://rsm/%2E%2E/package.json',
    'app://rsm/.%2e/package.json',
    'app://rsm/%2e/index.html',
    'app://rsm/..%2fpackage.json',
    'app://rsm/..%5cpackage.json',
    'app://rsm/assets%2f..%2f..%2fpackage.json',
    // Encoded twice, and three times.
    'app://rsm/%252e%252e/package.json',
    'app://rsm/%25252e%25252e/package.json',
    'app://rsm/..%252fpackage.json',
    // Overlong UTF-8 for a dot and a slash.
    'app://rsm/%c0%ae%c0%ae/package.json',
    'app://rsm/..%c0%afpackage.json',
    // Backslashes.
    'app://rsm/..\\package.json',
    'app://rsm\\..\\package.json',
    'app://rsm/assets\\..\\..\\package.json',
    'app://rsm/\\\\example.org\\share\\x.js',
    // Absolute paths, drives and streams.
    'app://rsm//etc/passwd.js',
    'app://rsm///etc/passwd.html',
    'app://rsm/C:/Windows/win.json',
    'app://rsm/index.html::$DATA.js',
    'app://rsm/index.html:.js',
    // NUL and other control characters.
    'app://rsm/index.html\0.js',
    'app://rsm/index.html%00.js',
    'app://rsm/%00',
    'app://rsm/assets\n/x.js',
    'app://rsm/x.js\r\nX-Header: 1',
    // Hidden files, and names with odd endings.
    'app://rsm/.vite/manifest.json',
    'app://rsm/.env.json',
    'app://rsm/...',
    'app://rsm/.../x.js',
    'app://rsm/assets/.x.js',
    'app://rsm/x.js/',
    'app://rsm/x.js /y.js',
    'app://rsm/a b.js',
    'app://rsm/~root/x.js',
    // Lookalikes of a dot and a slash.
    'app://rsm/\u2024\u2024/x.js',
    'app://rsm/\uFF0E\uFF0E\uFF0Fx.js',
    // Siblings of our host and of our scheme.
    'app://rsm',
    'app://rsm.evil/index.html',
    'app://rsm-evil/index.html',
    'app://rsmx/index.html',
    'app://evil/index.html',
    'app://user@rsm/index.html',
    'app://rsm:1/index.html',
    'app:/rsm/index.html',
    'app:rsm/index.html',
    'file:///index.html',
    'https://rsm/index.html',
    '',
    '/index.html',
    `app://rsm/${'a/'.repeat(20)}x.js`,
    `app://rsm/${'a'.repeat(2_001)}`,
  ])('%j is neither', (address) => {
    expect(schemePathOf(address)).toMatchObject({ kind: 'refused' });
  });
});
