import { usePlatform } from '../platform/platform-context.ts';
import { WEB_LIMITS } from '../platform/platform.ts';
import { TitledCard } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { settingsStore, TERMINAL_FONT_PX_MAX, TERMINAL_FONT_PX_MIN, useSettings } from './settings.ts';

const SAMPLE = [
  '$ ssh bkg-7f3a@gpu-4.example',
  'Last login: Sun Nov 22 02:26:52 2026',
  '$ nvidia-smi --list-gpus | wc -l',
  '4',
];

export function TerminalSettings() {
  const { terminalFontPx } = useSettings();
  const platform = usePlatform();
  return (
    <TitledCard title="Terminal">
      {platform.kind === 'web' ? (
        <p className="text-sm text-muted-foreground">{WEB_LIMITS.terminal}</p>
      ) : (
        <div className="flex flex-col gap-4">
          <Field label={`Font size: ${String(terminalFontPx)} pixels`}>
            {(control) => (
              <input
                {...control}
                type="range"
                min={TERMINAL_FONT_PX_MIN}
                max={TERMINAL_FONT_PX_MAX}
                step={1}
                value={terminalFontPx}
                onChange={(event) => settingsStore.update({ terminalFontPx: Number(event.target.value) })}
                className="max-w-sm accent-primary"
              />
            )}
          </Field>
          <div
            role="img"
            aria-label="How text of this size looks in the terminal"
            className="overflow-hidden rounded-md border bg-muted px-3 py-2.5 font-mono leading-snug whitespace-pre"
            style={{ fontSize: `${String(terminalFontPx)}px` }}
          >
            {SAMPLE.join('\n')}
          </div>
        </div>
      )}
    </TitledCard>
  );
}
