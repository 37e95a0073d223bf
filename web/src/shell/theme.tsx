// Light or dark: as the system has it, unless the reader has chosen.

import { useEffect, useState } from 'preact/hooks';

type Theme = 'light' | 'dark';

const storageKey = 'chatreports-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function chosen(): Theme | null {
  const value = localStorage.getItem(storageKey);
  return value === 'light' || value === 'dark' ? value : null;
}

const current = (): Theme => chosen() ?? (system.matches ? 'dark' : 'light');

export function applyTheme(): void {
  document.documentElement.dataset.theme = current();
  for (const listener of listeners) listener();
}

system.addEventListener('change', applyTheme);

function choose(theme: Theme): void {
  // The system's own choice is not stored, so that the page follows it again.
  if (theme === (system.matches ? 'dark' : 'light')) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, theme);
  applyTheme();
}

export function useTheme(): Theme {
  const [theme, setTheme] = useState(current);
  useEffect(() => {
    const listener = () => setTheme(current());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return theme;
}

export function ThemeSwitch() {
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button type="button" class="quiet" onClick={() => choose(other)}>
      {theme === 'dark' ? '☀' : '☾'}
      <span class="switch-text"> {other === 'dark' ? 'Dark' : 'Light'} colours</span>
    </button>
  );
}
