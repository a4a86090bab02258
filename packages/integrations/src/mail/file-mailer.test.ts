import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../identity/testing/manual-clock.ts';
import { createFileMailer } from './file-mailer.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('file mailer', () => {
  it('writes one readable file per mail, which only its owner may read', async () => {
    const { mailer, folder } = await setup();
    await mailer.send({ to: 'ada@example.org', subject: 'Grüße', text: 'Hello Ada,\nwelcome.' });
    const [name = ''] = await readdir(folder);
    expect(name).toMatch(/^\d{13}-\d{4}-\d\d-\d\dT.*-ada@example\.org-[0-9a-f]{8}\.eml$/);
    const content = await readFile(join(folder, name), 'utf8');
    expect(content).toContain('\nTo: ada@example.org\nSubject: Grüße\n');
    expect(content).toMatch(/\n\nHello Ada,\nwelcome\.\n$/);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('sorts the newest first by name', async () => {
    const { mailer, folder, clock } = await setup();
    for (const subject of ['first', 'second', 'third']) {
      await mailer.send({ to: 'ada@example.org', subject, text: 'x' });
      clock.advance(1);
    }
    const subjects = [];
    for (const name of (await readdir(folder)).toSorted()) {
      subjects.push(/Subject: (.*)/.exec(await readFile(join(folder, name), 'utf8'))?.[1]);
    }
    expect(subjects).toEqual(['third', 'second', 'first']);
  });

  it('keeps a bounded number of mails and drops the oldest', async () => {
    const { mailer, folder, clock } = await setup({ filesMax: 2 });
    for (const subject of ['first', 'second', 'third']) {
      await mailer.send({ to: 'ada@example.org', subject, text: 'x' });
      clock.advance(1);
    }
    const names = (await readdir(folder)).toSorted();
    expect(names).toHaveLength(2);
    await expect(readFile(join(folder, names[1] ?? ''), 'utf8')).resolves.toContain('Subject: second');
  });

  it('keeps two mails of the same millisecond apart', async () => {
    const { mailer, folder } = await setup();
    const mail = { to: 'ada@example.org', subject: 'twice', text: 'x' };
    await Promise.all([mailer.send(mail), mailer.send(mail)]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('can not be led out of its folder by an address', async () => {
    const { mailer, folder } = await setup();
    const mail = { to: '../../evil@example.org', subject: 'x', text: 'x' };
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'invalid_input', field: 'to' });
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says clearly that the folder can not be written', async () => {
    const { folder, clock } = await setup();
    const mailer = createFileMailer({ folder: '/dev/null/mails', from: 'rsm@example.org', clock });
    await expect(mailer.send({ to: 'ada@example.org', subject: 'x', text: 'x' })).rejects.toMatchObject({
      code: 'internal',
      message: 'The mail could not be written to its folder.',
    });
    expect(folder).not.toBe('');
  });
});

async function setup(options: { filesMax?: number } = {}) {
  const parent = await mkdtemp(join(tmpdir(), 'rsm-mails-'));
  folders.push(parent);
  const folder = join(parent, 'mails');
  const clock = new ManualClock();
  return { folder, clock, mailer: createFileMailer({ folder, from: 'rsm@example.org', clock, ...options }) };
}
