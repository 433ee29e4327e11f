import { useMediaQuery } from '@mantine/hooks';

/** Phones and narrow windows: cards instead of tables, pages instead of drawers. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 900px)', undefined, { getInitialValueInEffect: false }) ?? false;
}
