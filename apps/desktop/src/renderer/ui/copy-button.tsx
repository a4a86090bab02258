import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';

const SHOWN_MS = 1_600;

/** Copies a text and says so, for the eye and for screen readers. */
export function CopyButton({
  text,
  label = 'Copy',
  size = 'sm',
  ...props
}: { readonly text: string; readonly label?: string } & ButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = window.setTimeout(() => setState('idle'), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  const words = { idle: label, copied: 'Copied', failed: 'Select and copy it' } as const;
  return (
    <Button size={size} onClick={copy} {...props}>
      {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{words[state]}</span>
    </Button>
  );
}

/** A command or a block to copy, as it is typed. */
export function CopyBlock({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className="rounded-md border bg-muted">
      <div className="flex items-center justify-between gap-3 border-b px-3 py-1.5">
        <span className="text-[13px] font-medium">{label}</span>
        <CopyButton text={text} variant="ghost" aria-label={`Copy: ${label}`} />
      </div>
      <pre
        tabIndex={0}
        aria-label={label}
        className="overflow-x-auto px-3 py-2.5 font-mono text-[12.5px] leading-relaxed"
      >
        {text}
      </pre>
    </div>
  );
}
