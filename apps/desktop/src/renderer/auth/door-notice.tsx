import { CircleAlert, CloudOff, Info, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { detached } from '../app/detached.ts';
import { CLIENT_VERSION } from '../api/client-version.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/class-names.ts';
import { updateHint } from './client-age.ts';
import { useServerInfo } from './use-server-info.ts';

const TONES = {
  info: 'bg-info-soft text-info',
  warning: 'bg-warning-soft text-warning',
} as const;
const ICONS = { info: Info, warning: CircleAlert, offline: CloudOff } as const;

export function Notice({
  tone,
  icon = tone,
  children,
}: {
  readonly tone: keyof typeof TONES;
  readonly icon?: keyof typeof ICONS;
  readonly children: ReactNode;
}) {
  const Icon = ICONS[icon];
  return (
    <div className={cn('mb-5 flex items-start gap-2.5 rounded-md px-3.5 py-2.5 text-[13px]', TONES[tone])}>
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div className="min-w-0 grow break-words">{children}</div>
    </div>
  );
}

/** In front of the door: whether the server can be reached at all, speaks with this client, and is a demo. */
export function DoorNotices() {
  const platform = usePlatform();
  const info = useServerInfo();
  const hint = info.data === undefined ? null : updateHint(info.data, { version: CLIENT_VERSION, kind: platform.kind });
  return (
    <div role="status">
      {info.error !== null && (
        <Notice tone="warning" icon="offline">
          <p className="font-medium">The server does not answer.</p>
          <p>
            Nobody can sign in or up until it does. It is asked again every few seconds
            {platform.kind === 'desktop' ? ', or you choose another server below' : ''}.
          </p>
          <Button size="sm" className="mt-2" onClick={() => detached(info.refetch())}>
            {info.isFetching && <LoaderCircle className="animate-spin" aria-hidden />}
            Try now
          </Button>
        </Notice>
      )}
      {hint !== null && <Notice tone="warning">{hint}</Notice>}
      {info.error === null && info.data?.mode === 'demo' && (
        <Notice tone="info">This is a demo: no real money moves here, and what is in it may be deleted.</Notice>
      )}
    </div>
  );
}
