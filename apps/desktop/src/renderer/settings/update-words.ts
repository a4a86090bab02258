import type { UpdateState } from '../../shared/bridge.ts';

/** What the state of the program's own update is called on screen. */
export function updateWords(state: UpdateState): string {
  switch (state.kind) {
    case 'off':
      return `Updates are off: ${state.reason}`;
    case 'current':
      return 'This is the newest version.';
    case 'checking':
      return 'Looking for a newer version…';
    case 'downloading':
      return `Version ${state.version} is being downloaded: ${String(Math.round(state.percent))} %`;
    case 'ready':
      return `Version ${state.version} is ready to be installed.`;
    case 'failed':
      return `The last look for a newer version failed: ${state.message}`;
  }
}
