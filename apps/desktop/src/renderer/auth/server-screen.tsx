import { Link } from '@tanstack/react-router';
import type { DesktopBridge } from '../../shared/bridge.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { Door } from './door.tsx';
import { ServerFacts } from './server-facts.tsx';
import { ServerForm } from './server-form.tsx';

/** The very first screen of the desktop program. There is no server yet, so nothing of it may need one. */
export function FirstServerScreen({ bridge }: { readonly bridge: DesktopBridge }) {
  return (
    <Door
      title="Welcome. Which marketplace?"
      lead="Servers are rented and rented out at a marketplace. Anybody can run one: enter the address of yours."
    >
      <ServerForm bridge={bridge} current={null} />
    </Door>
  );
}

/** Another server, or a look at this one. */
export function ServerScreen() {
  const platform = usePlatform();
  return (
    <Door
      title="Server"
      lead={
        platform.kind === 'desktop'
          ? 'Each server is a marketplace of its own, with its own accounts. Changing it closes open terminals and forwards.'
          : 'This page comes from its server and speaks with no other one. The desktop program can choose.'
      }
      footer={
        <Link to="/" className={linkClasses}>
          Go to the market
        </Link>
      }
    >
      <ServerFacts />
      {platform.kind === 'desktop' && (
        <div className="mt-5 border-t pt-5">
          <ServerForm bridge={platform.bridge} current={platform.serverUrl} />
        </div>
      )}
    </Door>
  );
}
