import { describe, expect, it } from 'vitest';
import { serverOriginOf } from './server-address.ts';

describe('the address of a server', () => {
  it.each([
    ['https://market.example', 'https://market.example'],
    [' https://Market.Example/ ', 'https://market.example'],
    ['market.example', 'https://market.example'],
    ['market.example:8443', 'https://market.example:8443'],
    ['https://market.example:443', 'https://market.example'],
    ['http://127.0.0.1:4600', 'http://127.0.0.1:4600'],
    ['http://localhost:4600/', 'http://localhost:4600'],
    ['localhost:4600', 'http://localhost:4600'],
    ['127.0.0.1', 'http://127.0.0.1'],
    ['https://localhost', 'https://localhost'],
    ['localhost.example.org', 'https://localhost.example.org'],
  ])('%j is %s', (text, origin) => {
    expect(serverOriginOf(text)).toBe(origin);
  });

  it.each([
    '',
    '   ',
    'http://market.example',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'http://192.168.0.1',
    'http://127.0.0.1@evil.example',
    'https://name:secret@market.example',
    'https://market.example/path',
    'https://market.example/?x=1',
    'https://market.example/#x',
    'https://market.example evil.example',
    'https://market.example\\@evil.example',
    'https://market.ex\u200Bample',
    'https://',
    'https:///',
    'ftp://market.example',
    'http://[::1]:4600',
    'https://[2001:db8::1]',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'app://rsm/',
    'https://market.example:99999',
    "https://market.example; script-src 'unsafe-inline'",
    `https://${'a'.repeat(3_000)}.example`,
  ])('refuses %j and names the field and the way out', (text) => {
    expect(() => serverOriginOf(text)).toThrow(
      expect.objectContaining({
        error: expect.objectContaining({
          code: 'invalid_address',
          field: 'url',
          remedy: expect.stringContaining('https://') as string,
        }) as object,
      }) as Error,
    );
  });
});
