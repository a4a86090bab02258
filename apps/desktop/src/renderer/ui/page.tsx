import { useEffect, type ReactNode } from 'react';
import { cn } from './class-names.ts';

/** A screen: its title is the window's title and the first heading. */
export function Page({
  title,
  description,
  actions,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  useEffect(() => {
    document.title = `${title} · Remote Servers Marketplace`;
  }, [title]);
  return (
    <div className={cn('mx-auto flex w-full flex-col gap-5 px-6 py-6', wide ? 'max-w-[1600px]' : 'max-w-6xl')}>
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
          {description !== undefined && <div className="mt-1 text-sm text-muted-foreground">{description}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Names and values, as in a data sheet. */
export function Facts({ items }: { readonly items: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(7rem,auto)_1fr] gap-x-6 gap-y-2 text-sm">
      {items.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
