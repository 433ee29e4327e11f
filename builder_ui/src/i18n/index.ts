import { useMemo } from 'react';
import type { Bilingual } from '@/api/types';
import type { Locale } from '@/core/time';
import { useUi } from '@/store/ui';
import { pick, translator, type Translate } from './translate';

export { known, type Key } from './translate';

export interface Words {
  readonly t: Translate;
  readonly locale: Locale;
  /** The reader's side of a text the server sends in both languages. */
  readonly say: (text: Bilingual) => string;
}

const words: Readonly<Record<Locale, Words>> = {
  'zh-CN': { t: translator('zh-CN'), locale: 'zh-CN', say: (text) => pick(text, 'zh-CN') },
  en: { t: translator('en'), locale: 'en', say: (text) => pick(text, 'en') },
};

export function useWords(): Words {
  const locale = useUi((s) => s.locale);
  return useMemo(() => words[locale], [locale]);
}
