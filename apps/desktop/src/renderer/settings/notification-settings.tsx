import { Bell } from 'lucide-react';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { CheckboxField } from '../ui/field.tsx';
import { settingsStore, useSettings, type Settings } from './settings.ts';

type Topic = keyof Settings['notifications'];

const topics: readonly { readonly topic: Topic; readonly label: string; readonly hint: string }[] = [
  { topic: 'bookingReady', label: 'A booking is ready', hint: 'Access works and you can log in.' },
  {
    topic: 'bookingEndsSoon',
    label: 'A booking ends soon',
    hint: '24 hours, 1 hour, 15 minutes and 5 minutes before its end, and when it is no longer extended by itself.',
  },
  { topic: 'wipeVerified', label: 'A clean-up is verified', hint: 'The signed report is ready.' },
  { topic: 'machineUnreachable', label: 'A machine of yours is unreachable', hint: 'For providers.' },
];

export function NotificationSettings() {
  const { notifications } = useSettings();
  const platform = usePlatform();
  return (
    <TitledCard
      title="Notifications"
      description="Shown by your system while this program runs. The inbox holds everything in any case."
    >
      <div className="flex flex-col gap-4">
        {platform.kind === 'web' && <BrowserPermission />}
        <div className="flex flex-col gap-3">
          {topics.map(({ topic, label, hint }) => (
            <CheckboxField
              key={topic}
              label={label}
              hint={hint}
              checked={notifications[topic]}
              onChange={(event) =>
                settingsStore.update({ notifications: { ...notifications, [topic]: event.target.checked } })
              }
            />
          ))}
        </div>
      </div>
    </TitledCard>
  );
}

/** A page may notify only when the person has said so; it is asked here and nowhere else. */
function BrowserPermission() {
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : null));
  const ask = async (): Promise<void> => setPermission(await Notification.requestPermission());
  return (
    <div role="status" className="text-sm">
      {permission === null && <p>This browser can’t show notifications. The inbox tells you everything.</p>}
      {permission === 'granted' && (
        <p className="text-muted-foreground">This browser shows them while a tab is open.</p>
      )}
      {permission === 'denied' && (
        <p>
          This browser was told not to show notifications of this page. Allow them in its settings for this page, then
          load the page anew.
        </p>
      )}
      {permission === 'default' && (
        <div className="flex flex-wrap items-center gap-3">
          <p>This browser shows none until you allow it.</p>
          <Button size="sm" onClick={() => detached(ask())}>
            <Bell aria-hidden />
            Allow notifications
          </Button>
        </div>
      )}
    </div>
  );
}
