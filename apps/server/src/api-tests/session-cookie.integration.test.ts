import { afterAll, beforeAll, expect, it } from 'vitest';
import { API_PATH } from '../http/http-server.ts';
import { startHttp, type RunningHttp } from '../http/start-http.ts';
import { createLogger } from '../logging.ts';
import { useApiScene } from '../testing/use-api-scene.ts';

const apiScene = useApiScene();
let http: RunningHttp;

beforeAll(async () => {
  const { product } = apiScene();
  const { publicUrl, desktopOrigin } = product.config.http;
  const log = createLogger({ level: 'silent' });
  http = await startHttp({
    composition: product,
    log,
    publicUrl,
    desktopOrigin,
    trustedProxies: [],
    host: '127.0.0.1',
    port: 0,
  });
});
afterAll(async () => http.stop());

/** The page's own fetch, with the jar that a browser keeps. */
function browser() {
  const origin = `http://127.0.0.1:${String(http.port)}`;
  let cookie: string | undefined;
  return async (name: string, input: unknown) => {
    const response = await fetch(`${origin}${API_PATH}/auth.${name}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin,
        'x-rsm-session': 'cookie',
        ...(cookie === undefined ? {} : { cookie }),
      },
      body: JSON.stringify({ json: input }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.includes('Max-Age=0') ? undefined : set.split(';', 1)[0];
    return { status: response.status, body: await response.text(), set, cookie };
  };
}

it('the real door signs a person in, on and out with a cookie alone', async () => {
  const call = browser();
  const person = { email: 'cookie@example.org', password: 'correct horse battery', displayName: 'Cookie' };
  const up = await call('signUp', person);
  expect(up.status).toBe(200);
  expect(up.body).toContain('"sessionSecret":null');
  expect(up.set).toMatch(/HttpOnly; SameSite=Strict/);
  const stolen = up.cookie;

  const on = await call('refresh', undefined);
  expect(on.status).toBe(200);
  expect(on.body).toContain('"accessToken"');

  expect((await call('signOut', undefined)).status).toBe(200);
  const over = await call('refresh', undefined);
  expect(over.status).toBe(401);
  expect(over.body).toContain('session_expired');

  // Signing out ends the session itself, not only this browser's copy of it.
  const origin = `http://127.0.0.1:${String(http.port)}`;
  const headers = { 'content-type': 'application/json', origin, 'x-rsm-session': 'cookie', cookie: stolen ?? '' };
  const replayed = await fetch(`${origin}${API_PATH}/auth.refresh`, { method: 'POST', headers, body: '{"json":{}}' });
  expect(replayed.status).toBe(401);
});
