/** The app's own scheme and host: `app://rsm/`. The server's CORS admits exactly this origin. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'rsm';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const APP_START = `${APP_ORIGIN}/`;

/** Whether an address is a page of ours. Compared as text too: URL parsers forgive what we don't want forgiven. */
export function isAppPage(address: string): boolean {
  if (!address.startsWith(APP_START)) return false;
  try {
    const url = new URL(address);
    return url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}
