import { describe, expect, it } from 'vitest';
import { createFakeApi, FakeApiError } from '../test-support/fake-api.ts';
import { memoryFile } from '../test-support/memory-file.ts';
import { createServerChoice } from './server-choice.ts';

const info = () => ({
  version: '1.0.0',
  oldestClientVersion: '0.1.0',
  mode: 'demo',
  currency: 'EUR',
  processorNotice: null,
  time: new Date(),
});

function setUp(options: { text?: string | null; preset?: string; answer?: () => unknown } = {}) {
  const file = memoryFile(options.text ?? null);
  const api = createFakeApi(options.answer === undefined ? {} : { 'server.info': options.answer });
  const choice = createServerChoice({
    file,
    version: '0.1.0',
    fetch: api.fetch,
    log: () => undefined,
    preset: options.preset ?? null,
  });
  return { file, choice, calls: api.calls };
}

describe('the choice of a server', () => {
  it('asks who is there, keeps the origin and remembers it', async () => {
    const { file, choice, calls } = setUp({ answer: info });
    expect(await choice.current()).toBeNull();
    expect(await choice.choose(' Market.Example/ ')).toBe('https://market.example');
    expect(await choice.current()).toBe('https://market.example');
    expect(calls).toMatchObject([{ origin: 'https://market.example', path: 'server.info', authorization: null }]);
    expect(await setUp({ text: file.text }).choice.current()).toBe('https://market.example');
  });

  it('changes nothing when nobody answers', async () => {
    const { file, choice } = setUp();
    await expect(choice.choose('https://gone.example')).rejects.toMatchObject({
      error: { code: 'offline', field: 'url' },
    });
    expect(file.text).toBeNull();
    expect(await choice.current()).toBeNull();
  });

  it('changes nothing when this client is too old, and says so in the server’s words', async () => {
    const { choice } = setUp({
      answer: () => {
        throw new FakeApiError('client_too_old', 'Update to go on.', { remedy: 'Get 2.0.' });
      },
    });
    await expect(choice.choose('https://new.example')).rejects.toMatchObject({
      error: { code: 'client_too_old', remedy: 'Get 2.0.' },
    });
    expect(await choice.current()).toBeNull();
  });

  it('takes no site that is no marketplace', async () => {
    const { choice } = setUp({
      answer: () => {
        throw new FakeApiError('not_found', 'No such thing.');
      },
    });
    await expect(choice.choose('https://shop.example')).rejects.toMatchObject({ error: { code: 'not_our_server' } });
    const other = setUp({ answer: () => ({ version: 'something else' }) });
    await expect(other.choice.choose('https://shop.example')).rejects.toMatchObject({
      error: { code: 'not_our_server', field: 'url' },
    });
    expect(other.file.text).toBeNull();
  });

  it('believes no settings that were written by hand', async () => {
    for (const server of [
      'http://evil.example',
      'https://x.example; script-src *',
      'file:///',
      'javascript:alert(1)',
    ]) {
      expect(await setUp({ text: JSON.stringify({ version: 1, server }) }).choice.current()).toBeNull();
    }
    expect(await setUp({ text: '{' }).choice.current()).toBeNull();
  });

  it('starts all the same when it was started for an address that is none', async () => {
    const text = JSON.stringify({ version: 1, server: 'https://kept.example' });
    expect(await setUp({ preset: 'http://evil.example', text }).choice.current()).toBe('https://kept.example');
  });

  it('goes to the server it was started for, and does not keep that', async () => {
    const { file, choice } = setUp({
      preset: 'http://127.0.0.1:4600',
      text: JSON.stringify({ version: 1, server: null }),
    });
    expect(await choice.current()).toBe('http://127.0.0.1:4600');
    expect(file.text).toBe(JSON.stringify({ version: 1, server: null }));
  });
});
