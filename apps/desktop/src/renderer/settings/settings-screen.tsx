import { Page } from '../ui/page.tsx';
import { AboutSettings } from './about-settings.tsx';
import { AccountSettings } from './account-settings.tsx';
import { AppearanceSettings } from './appearance-settings.tsx';
import { ClearSettings } from './clear-settings.tsx';
import { NotificationSettings } from './notification-settings.tsx';
import { ServerSettings } from './server-settings.tsx';
import { TerminalSettings } from './terminal-settings.tsx';

export function SettingsScreen() {
  return (
    <Page title="Settings">
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <AccountSettings />
          <NotificationSettings />
          <ClearSettings />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <AppearanceSettings />
          <TerminalSettings />
          <ServerSettings />
          <AboutSettings />
        </div>
      </div>
    </Page>
  );
}
