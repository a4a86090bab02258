import type { ReactNode } from 'react';
import { CircleAlert, CloudOff } from 'lucide-react';
import { OFFLINE_CODE, toClientError } from '../api/client-error.ts';
import { Button } from './button.tsx';
import { cn } from './class-names.ts';

/** A list or page without anything in it: says why, and what to do next. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed px-6 py-12 text-center">
      {icon !== undefined && <div className="text-muted-foreground [&_svg]:size-8">{icon}</div>}
      <p className="font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-md text-sm text-muted-foreground">{children}</div>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** What went wrong, and the way out. Field errors belong at their fields; this is for the rest. */
export function ErrorNote({
  error,
  onRetry,
  className,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly className?: string;
}) {
  const { code, message, remedy, logId } = toClientError(error);
  const Icon = code === OFFLINE_CODE ? CloudOff : CircleAlert;
  return (
    <div role="alert" className={cn('flex items-start gap-3 rounded-md bg-danger-soft px-4 py-3 text-sm', className)}>
      <Icon className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
      <div className="min-w-0 grow">
        <p className="font-medium text-danger">{message}</p>
        {remedy !== null && <p className="mt-0.5">{remedy}</p>}
        {logId !== null && <p className="mt-0.5 font-mono text-xs">Log id {logId}</p>}
      </div>
      {onRetry !== undefined && (
        <Button size="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A grey place for what is still on its way. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={cn('animate-pulse rounded-md bg-muted', className)} />;
}

/** Skeletons with a word for screen readers. */
export function Loading({ label = 'Loading', rows = 3 }: { readonly label?: string; readonly rows?: number }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} className="h-12" />
      ))}
    </div>
  );
}
