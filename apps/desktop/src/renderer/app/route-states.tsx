import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { buttonClasses } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { EmptyState, ErrorNote } from '../ui/states.tsx';

export function NotFound() {
  return (
    <main>
      <Page title="There is no such screen">
        <EmptyState
          title="The address leads nowhere."
          action={
            <Link to="/" className={buttonClasses({ variant: 'primary' })}>
              Go to the market
            </Link>
          }
        >
          It may be misspelt, or from another version of this program.
        </EmptyState>
      </Page>
    </main>
  );
}

/** A screen that failed in itself, such as a part that could not be loaded. */
export function ScreenError({ error, reset }: ErrorComponentProps) {
  return (
    <main>
      <Page title="This screen could not be shown">
        <ErrorNote error={error} onRetry={reset} />
      </Page>
    </main>
  );
}
