// The kinds of figures that reports are made of.

import type { Figure, Unit } from './report';

export const sum = (key: string, label: string, unit: Unit = 'chats', better?: Figure['better']): Figure => ({
  key,
  label,
  unit,
  total: 'sum',
  ...(better ? { better } : {}),
});

export const mean = (key: string, label: string, weight: string, better?: Figure['better']): Figure => ({
  key,
  label,
  unit: 'seconds',
  total: 'mean',
  weight,
  ...(better ? { better } : {}),
});

export const status = (key: string, label: string, unit: Unit): Figure => ({
  ...sum(key, label, unit),
  isOfStatus: true,
});
