import { Link } from '@tanstack/react-router';
import { ServerFacts } from '../auth/server-facts.tsx';
import { usePlatform } from '../platform/platform-context.ts';
import { buttonClasses } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';

export function ServerSettings() {
  const platform = usePlatform();
  return (
    <TitledCard
      title="Server"
      {...(platform.kind === 'desktop'
        ? {
            actions: (
              <Link to="/server" className={buttonClasses({ size: 'sm' })}>
                Change the server
              </Link>
            ),
          }
        : {})}
    >
      <ServerFacts />
    </TitledCard>
  );
}
