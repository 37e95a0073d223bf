// What was typed into the lists of a dialog, but not entered as a value.

import { createContext } from 'preact';

/** Enters what was typed. A text: it cannot, and why. */
export type Take = () => string | null;

export const PendingContext = createContext<Set<Take>>(new Set());
