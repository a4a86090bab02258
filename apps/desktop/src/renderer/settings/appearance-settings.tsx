import { Monitor, Moon, Sun } from 'lucide-react';
import { TitledCard } from '../ui/card.tsx';
import { settingsStore, THEMES, useSettings } from './settings.ts';

const words = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;
const icons = { system: Monitor, light: Sun, dark: Moon } as const;

export function AppearanceSettings() {
  const { theme } = useSettings();
  return (
    <TitledCard title="Appearance" description="Kept on this computer.">
      <fieldset>
        <legend className="sr-only">Theme</legend>
        <div className="flex flex-wrap gap-2">
          {THEMES.map((choice) => {
            const Icon = icons[choice];
            return (
              <label
                key={choice}
                className="flex cursor-pointer items-center gap-2.5 rounded-md border px-3 py-2 text-sm has-checked:border-primary has-checked:bg-primary-soft has-checked:text-primary-text has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring"
              >
                <input
                  type="radio"
                  name="theme"
                  className="size-4 accent-primary"
                  checked={theme === choice}
                  onChange={() => settingsStore.update({ theme: choice })}
                />
                <Icon className="size-4" aria-hidden />
                {words[choice]}
              </label>
            );
          })}
        </div>
      </fieldset>
    </TitledCard>
  );
}
