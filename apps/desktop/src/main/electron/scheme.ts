import { protocol } from 'electron';
import type { DesktopCore } from '../core/desktop-core.ts';
import { APP_SCHEME } from '../core/window/app-origin.ts';

/** Must run before the program is ready: a standard and secure scheme has an origin, storage and module scripts. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function serveScheme(core: DesktopCore): void {
  protocol.handle(APP_SCHEME, async ({ url, method }) => {
    const { status, headers, body } = await core.resolve({ url, method });
    return new Response(body === null ? null : new Uint8Array(body), { status, headers });
  });
}
