/** Counting labels, and the file a print component takes. */

export const LABEL_STATES = ['waiting', 'refused', 'ready', 'printed', 'left', 'cancelled'] as const;

type State = (typeof LABEL_STATES)[number];

/** Those with a valid number; one that left may be printed again, too. */
export const hasNumber = (state: State): boolean => state === 'ready' || state === 'printed' || state === 'left';

type Counts = { readonly [S in State]?: number };

/** How many labels each state has over all given warehouses. */
export function sumStates(all: readonly { readonly states: Counts }[]): Counts {
  const sum = (state: keyof Counts): number => all.reduce((n, { states }) => n + (states[state] ?? 0), 0);
  return Object.fromEntries(LABEL_STATES.map((state) => [state, sum(state)]));
}

/** All of them together: what a warehouse has. */
export function total(states: Counts): number {
  return LABEL_STATES.reduce((sum, state) => sum + (states[state] ?? 0), 0);
}

interface Printing {
  readonly tracking_no: string;
  readonly printing: unknown;
}

/** Print data as one document, by tracking number, the vendor's part untouched. */
export function printFile(labels: readonly Printing[]): string {
  return JSON.stringify(labels.map(({ tracking_no, printing }) => ({ tracking_no, printing })), null, 2);
}
