import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { Locale } from '@/core/time';
import { useUi } from '@/store/ui';

// Each language is named in itself, so that its speakers find it from the other one.
export const LANGUAGES: Readonly<Record<Locale, string>> = { 'zh-CN': '中文', en: 'English' };

export function useLanguage(): { readonly other: Locale; readonly otherName: string; readonly set: (locale: Locale) => void } {
  const locale = useUi((s) => s.locale);
  const set = useUi((s) => s.chooseLocale);
  const other: Locale = locale === 'en' ? 'zh-CN' : 'en';
  return { other, otherName: LANGUAGES[other], set };
}

export function useScheme(): { readonly dark: boolean; readonly toggle: () => void } {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return { dark, toggle: () => setColorScheme(dark ? 'light' : 'dark') };
}
