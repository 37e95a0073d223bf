// A report: its figures, their units, and the values that can split it.

import { filterLabels, filterNames, isAnyFilterSet } from '../state/filters';
import type { FilterName, Filters } from '../state/filters';
import type { Distribution } from '../time/period';

export const allDistributions: readonly Distribution[] = ['day-hours', 'day', 'month', 'year', 'hour'];

export type Unit =
  'chats' | 'events' | 'submissions' | 'seconds' | 'working seconds' | 'minutes' | 'hours' | 'score' | 'share';

export interface Figure {
  readonly key: string; // of the row
  readonly label: string;
  readonly unit: Unit;
  /**
   * How figures of several rows make one. A mean is weighted by the figure `weight`. A share is made
   * here: of the figures `parts`, how much is the first one.
   */
  readonly total: 'sum' | 'mean' | 'min' | 'max' | 'none' | 'share';
  readonly weight?: string;
  readonly parts?: readonly string[];
  /** A reader must know this to read the figure. */
  readonly note?: string;
  /** The direction in which things get better, if one is better. */
  readonly better?: 'more' | 'less';
  /** The report has its exact total, which the rounded figures of its rows do not add up to. */
  readonly hasTotal?: boolean;
  /** The only distribution that has the figure. */
  readonly only?: Distribution;
  /** How long agents had a status: of all filters only those by agent and by group change it. */
  readonly isOfStatus?: true;
}

export type Dimension = 'agent' | 'tag' | 'group' | 'country' | 'first_responder' | 'greeting' | 'queue_outcome';

export const dimensionLabels: Record<Dimension, string> = {
  agent: 'Agent',
  tag: 'Tag',
  group: 'Group',
  country: 'Country',
  first_responder: 'First responder',
  greeting: 'Greeting',
  queue_outcome: 'Outcome',
};

/** All values of a report together. Values can overlap or leave chats out, so this is no sum of them. */
export interface All {
  readonly of: string; // in the plural
  readonly note?: string;
  /**
   * The reports that have the figures without a split, each with its keys for ours. Several keys are
   * added up. A figure in no report is made of the report's own rows: its values do not overlap.
   */
  readonly from: readonly {
    readonly report: string;
    readonly keys: Readonly<Record<string, readonly string[]>>;
    readonly inSummary?: boolean; // of the report, which is no row
  }[];
}

/** Says how a chat with several values counts. */
export const dimensionNotes: Partial<Record<Dimension, string>> = {
  agent: 'A chat counts for each of its agents, whoever answered.',
  tag: 'A chat counts under each of its tags.',
  group: 'A chat counts in each of its groups.',
};

export interface Report {
  readonly id: string; // <resource>/<action>
  readonly title: string;
  /** Which chats it counts, when, and what its figures are, in plain words. */
  readonly about: string;
  readonly section: 'Chats' | 'Tags' | 'Agents' | 'Queue';
  readonly hasBuckets: boolean;
  readonly dimension?: Dimension;
  readonly all?: All; // of the dimension
  readonly figures: readonly Figure[];
  /** How the figures are drawn: all those in `drawn` together, or one that the reader chooses. */
  readonly chart: 'bars' | 'stacked' | 'lines' | 'none';
  readonly drawn?: readonly string[];
  readonly distributions: readonly Distribution[];
  readonly canGroup?: boolean;
  readonly special?: 'forms' | 'departures';
}

export const groupings: readonly Dimension[] = ['agent', 'group', 'tag', 'country', 'first_responder', 'greeting'];

/** Under a filter nobody must take these for all chats. */
export const allLabel = ({ of }: All, filters: Filters): string =>
  isAnyFilterSet(filters) ? `All of these ${of}` : `All ${of}`;

/** A report that the reader has split is there without the split, too. */
export function allOf(report: Report, isGrouped: boolean): All | null {
  if (!isGrouped) return report.all ?? null;
  const keys = report.figures.filter(({ total }) => total !== 'share').map(({ key }) => [key, [key]] as const);
  return { of: 'chats', from: [{ report: report.id, keys: Object.fromEntries(keys) }] };
}

/** The filters that are set but do not change times of a status. */
const ignored = (filters: Filters): FilterName[] =>
  filterNames.filter((name) => filters[name] && name !== 'groups' && (name !== 'agents' || 'exists' in filters[name]!));

/** Which figures of the report do not change with which of the filters; null if all do. */
export function ignoredIn(
  { title, figures }: Report,
  filters: Filters,
): { figures: string[]; filters: string[] } | null {
  const unchanged = figures.filter(({ isOfStatus }) => isOfStatus);
  const names = ignored(filters).map((name) => filterLabels[name]);
  if (unchanged.length === 0 || names.length === 0) return null;
  return {
    figures: unchanged.length === figures.length ? [title] : unchanged.map(({ label }) => label),
    filters: names,
  };
}

/** The same in a sentence. */
export function ignoredWords(report: Report, filters: Filters): string | null {
  const found = ignoredIn(report, filters);
  if (!found) return null;
  const [last = '', ...others] = [...found.figures].reverse();
  const isOne = others.length === 0;
  const subject = isOne ? last : `${others.reverse().join(', ')} and ${last}`;
  return (
    `${subject} ${isOne ? 'is a time' : 'are times'} of agents, not of chats. ` +
    `These filters do not change ${isOne ? 'it' : 'them'}: ${found.filters.join(', ')}.`
  );
}

/** The figures that the report has with a distribution. */
export const figuresOf = (report: Report, distribution: Distribution): readonly Figure[] =>
  report.figures.filter(({ only }) => !only || only === distribution);

/** The figure that is drawn and sorted by: the one that the reader has chosen, or the first. */
export const chosenFigure = (figures: readonly Figure[], key: string | null): Figure =>
  figures.find((figure) => figure.key === key) ?? figures[0]!;
