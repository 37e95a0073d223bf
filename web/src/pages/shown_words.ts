// Says how many of the values a chart and its table show.

/** How many values the table over time has. */
export const columnsAtOnce = 12;

/** In one sentence, which also says where the others are; null if all have a line. */
export function shownWords(drawn: number, all: number, inTable: number): string | null {
  if (all <= drawn) return null;
  const chart = `The chart shows the ${drawn} with the largest figures`;
  return inTable >= all
    ? `${chart}; the table has all ${all}.`
    : `${chart}, the table ${inTable}; the CSV has all ${all}.`;
}
