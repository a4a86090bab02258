import { useEffect, useRef } from 'react';
import { Button } from './button.tsx';

/** The end of a list that goes on: loads more when it comes into view, and by its button for everybody who does not scroll. */
export function LoadMore({
  label,
  busy,
  onLoad,
}: {
  readonly label: string;
  readonly busy: boolean;
  readonly onLoad: () => void;
}) {
  const end = useRef<HTMLDivElement>(null);
  const load = useRef(onLoad);
  useEffect(() => {
    load.current = onLoad;
  });
  useEffect(() => {
    const { current } = end;
    if (busy || current === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) load.current();
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [busy]);
  return (
    <div ref={end} className="flex justify-center py-4">
      <Button size="sm" busy={busy} onClick={onLoad}>
        {label}
      </Button>
    </div>
  );
}
