// Text that was typed into the lists of a dialog, but not entered as a value.

import { createContext } from 'preact';

/** Enters the text. If it cannot, it says why. */
export type Take = () => string | null;

export const PendingContext = createContext<Set<Take>>(new Set());
