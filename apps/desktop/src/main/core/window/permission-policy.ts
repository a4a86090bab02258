import { isAppPage } from './app-origin.ts';

/** Copy buttons need this one; everything else that a page can ask for, from cameras to USB, nobody needs here. */
const GRANTED: readonly string[] = ['clipboard-sanitized-write'];

/** Used for requests and for checks alike. */
export function decidePermission(request: {
  readonly permission: string;
  /** The asking frame's address or origin. */
  readonly requester: string;
  readonly isMainFrame: boolean;
}): boolean {
  const page = request.requester.endsWith('/') ? request.requester : `${request.requester}/`;
  return request.isMainFrame && isAppPage(page) && GRANTED.includes(request.permission);
}
