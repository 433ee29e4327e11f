import { useMemo } from 'react';
import type { Tongue } from '@/core/values';
import { useWords } from '@/i18n';
import { useHub } from '@/ui/hub';

export function useTongue(): Tongue {
  const { t, locale } = useWords();
  const { zone } = useHub();
  return useMemo(() => ({ t, locale, zone }), [t, locale, zone]);
}
