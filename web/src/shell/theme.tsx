// Light or dark: as the system has it, unless the reader has chosen. Paper is light.

import { useEffect, useState } from 'preact/hooks';
import { ofBrowser } from '../data/storage';

type Theme = 'light' | 'dark';
type Ground = Theme | 'paper';

const storageKey = 'chatreports-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const paper = matchMedia('print');
const listeners = new Set<() => void>();
let isPrinting = false;

function chosen(): Theme | null {
  const value = ofBrowser.get(storageKey);
  return value === 'light' || value === 'dark' ? value : null;
}

const onScreen = (): Theme => chosen() ?? (system.matches ? 'dark' : 'light');
const current = (): Ground => (isPrinting || paper.matches ? 'paper' : onScreen());

export function applyTheme(): void {
  document.documentElement.dataset.theme = current();
  for (const listener of listeners) listener();
}

system.addEventListener('change', applyTheme);
paper.addEventListener('change', applyTheme);

// A canvas is drawn again for paper. The page must be ready for it when this event is over.
for (const [name, starts] of [
  ['beforeprint', true],
  ['afterprint', false],
] as const)
  addEventListener(name, () => {
    isPrinting = starts;
    applyTheme();
  });

function choose(theme: Theme): void {
  // The system's own choice is not stored, so that the page follows it again.
  if (theme === (system.matches ? 'dark' : 'light')) ofBrowser.remove(storageKey);
  else ofBrowser.set(storageKey, theme);
  applyTheme();
}

export function useTheme(): Ground {
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
