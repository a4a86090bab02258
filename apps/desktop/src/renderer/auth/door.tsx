import { useEffect, type ReactNode } from 'react';
import { Card } from '../ui/card.tsx';

/** The frame of the screens in front of the door. */
export function Door({
  title,
  lead,
  children,
  footer,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Remote Servers Marketplace`;
  }, [title]);
  return (
    <main className="grid min-h-full place-items-center px-4 py-8">
      <div className="w-full max-w-sm">
        <div className="mb-5 flex items-center gap-3">
          <img src="/icon.svg" alt="" className="size-9" />
          <span className="font-semibold">Remote Servers Marketplace</span>
        </div>
        <Card className="p-6">
          <h1 className="text-lg font-semibold">{title}</h1>
          {lead !== undefined && <p className="mt-1 text-sm text-muted-foreground">{lead}</p>}
          <div className="mt-5">{children}</div>
        </Card>
        {footer !== undefined && <div className="mt-4 text-center text-sm text-muted-foreground">{footer}</div>}
      </div>
    </main>
  );
}
