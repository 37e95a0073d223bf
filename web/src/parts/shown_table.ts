// The table of a report's page, for those who take it along.

import { createContext } from 'preact';

export interface Place {
  csv: (() => string) | null; // null: there is no table
}

export const ShownTable = createContext<Place>({ csv: null });
