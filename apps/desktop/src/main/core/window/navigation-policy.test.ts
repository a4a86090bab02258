import { describe, expect, it, test } from 'vitest';
import { isAppPage } from './app-origin.ts';
import { decideNavigation, decideOpening, externalUrlOf } from './navigation-policy.ts';

const go = (url: string, isMainFrame = true) => decideNavigation({ url, isMainFrame });

describe('navigation of the window', () => {
  it.each(['app://rsm/', 'app://rsm/bookings/1?tab=files#end', 'app://rsm/index.html'])('shows our page %s', (url) => {
    expect(go(url)).toEqual({ kind: 'allow' });
  });

  it.each(['https://example.org/docs', 'http://127.0.0.1:8888/lab?token=1', 'http://localhost:4600/'])(
    'gives %s to the browser and stays where it is',
    (url) => {
      expect(go(url)).toEqual({ kind: 'browser', url });
      expect(decideOpening(url)).toEqual({ kind: 'browser', url });
    },
  );

  it('knows no frames, not even with our own page in them', () => {
    expect(go('app://rsm/', false)).toMatchObject({ kind: 'deny' });
    expect(go('https://example.org/', false)).toMatchObject({ kind: 'deny' });
  });

  it('opens no second window, not even with our own page in it', () => {
    expect(decideOpening('app://rsm/')).toMatchObject({ kind: 'deny' });
    expect(decideOpening('about:blank')).toMatchObject({ kind: 'deny' });
    expect(decideOpening('')).toMatchObject({ kind: 'deny' });
  });
});

/** Everything that a link in a terminal, a listing or a mail could try. */
const HOSTILE = [
  // Schemes.
  'file:///etc/passwd',
  'FILE:///etc/passwd',
  'javascript:alert(1)',
  'JaVaScRiPt://example.org/%0aalert(1)',
  ' javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:app://rsm/1b9d6bcd',
  'vbscript:msgbox(1)',
  'about:blank',
  'about:srcdoc',
  'chrome://settings',
  'devtools://devtools/bundled/inspector.html',
  'view-source:https://example.org/',
  'ftp://example.org/',
  'ws://127.0.0.1/',
  'smb://example.org/share',
  'ms-msdt:/id PCWDiagnostic',
  'search-ms:query=x&crumb=location:\\\\example.org\\share',
  'mailto:a@example.org',
  'ssh://root@example.org',
  'rsm://booking/1',
  'intent://example.org#Intent;scheme=https;end',
  // http where others could read along.
  'http://example.org/',
  'http://127.0.0.2/',
  'http://127.0.0.1.example.org/',
  'http://localhost.example.org/',
  'http://localhost.:80/',
  'http://[::ffff:127.0.0.1]/',
  'http://0.0.0.0/',
  'http://169.254.169.254/latest/meta-data',
  // Hosts that look like others.
  'https://market.example@evil.example/',
  'https://user:secret@example.org/',
  'http://127.0.0.1@evil.example/',
  'http://127.0.0.1:80@evil.example/',
  // What parsers forgive.
  'https:example.org',
  'https:/example.org',
  'https:///example.org',
  'https:\\\\example.org',
  'https://example.org\\@evil.example/',
  'https://exa\tmple.org/',
  'https://example.org/\n',
  'https://example.org/ --new-window',
  'https://example.org/\0',
  'https://ex\u202Eample.org/',
  'https://exam\u200Bple.org/',
  'https://',
  'https://?',
  '//example.org/',
  '\\\\example.org\\share',
  '/etc/passwd',
  'C:\\Windows\\System32\\calc.exe',
  `https://example.org/${'a'.repeat(2_000)}`,
  // Ours, nearly.
  'app://rsm.evil.example/',
  'app://rsm@evil.example/',
  'app://evil.example/app://rsm/',
  'app://rsm:80/',
  'app:rsm/',
  'app:///rsm/',
  'APP://rsm/',
  'app://RSM/',
  'app2://rsm/',
  'x-app://rsm/',
  ' app://rsm/',
] as const;

test.each(HOSTILE)('refuses to go to or open %j', (url) => {
  expect(go(url)).toMatchObject({ kind: 'deny' });
  expect(decideOpening(url)).toMatchObject({ kind: 'deny' });
  expect(externalUrlOf(url)).toBeNull();
  expect(isAppPage(url)).toBe(false);
});

it('opens exactly the address that it checked', () => {
  expect(externalUrlOf('HTTPS://EXAMPLE.org/A?b=c#d')).toBe('https://example.org/A?b=c#d');
  // Other spellings of this computer's address are read before they are compared.
  expect(externalUrlOf('http://2130706433/')).toBe('http://127.0.0.1/');
  expect(externalUrlOf('http://0x7f.1:8080/')).toBe('http://127.0.0.1:8080/');
});
