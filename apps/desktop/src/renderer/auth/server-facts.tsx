import { CLIENT_VERSION } from '../api/client-version.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/page.tsx';
import { updateHint } from './client-age.ts';
import { useServerInfo } from './use-server-info.ts';

export const modeWords = {
  demo: 'Demo: no real money moves',
  production: 'In earnest: money is real',
} as const;

/** The server in use: where it is, whether it answers, and what it is. */
export function ServerFacts() {
  const platform = usePlatform();
  const info = useServerInfo();
  const { data } = info;
  const hint = data === undefined ? null : updateHint(data, { version: CLIENT_VERSION, kind: platform.kind });
  const state = info.isPending ? (
    <Badge>Asking</Badge>
  ) : info.error === null ? (
    <Badge tone="success">Answers</Badge>
  ) : (
    <Badge tone="danger">Does not answer</Badge>
  );
  return (
    <div aria-live="polite">
      <Facts
        items={[
          ['Address', <span key="address">{platform.serverUrl ?? 'none'}</span>],
          ['State', <span key="state">{state}</span>],
          ['Kind', data === undefined ? '–' : modeWords[data.mode]],
          ['Version', data?.version ?? '–'],
          ['Currency', data?.currency ?? '–'],
        ]}
      />
      {hint !== null && <p className="mt-3 text-sm font-medium text-warning">{hint}</p>}
    </div>
  );
}
