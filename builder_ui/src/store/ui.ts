import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { Locale } from '@/core/time';

export const DENSITIES = ['compact', 'normal', 'roomy'] as const;
export type Density = (typeof DENSITIES)[number];

interface UiState {
  readonly locale: Locale;
  /** Whether somebody chose the language in this browser, rather than it being guessed. */
  readonly localeChosen: boolean;
  readonly density: Density;
  readonly hiddenColumns: readonly string[];
  readonly passwordHintDismissed: boolean;
  chooseLocale(locale: Locale): void;
  /** Takes a language over that was chosen elsewhere. */
  adoptLocale(locale: Locale): void;
  setDensity(density: Density): void;
  toggleColumn(id: string): void;
  dismissPasswordHint(): void;
}

function preferred(): Locale {
  return globalThis.navigator?.language?.toLowerCase().startsWith('zh') === false ? 'en' : 'zh-CN';
}

export function asLocale(text: string | null | undefined): Locale | null {
  if (!text) return null;
  return text.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** What this browser remembers about how its user likes to look at things. */
export const useUi = create<UiState>()(
  persist(
    (set) => ({
      locale: preferred(),
      localeChosen: false,
      density: 'normal',
      hiddenColumns: ['updated'],
      passwordHintDismissed: false,
      chooseLocale: (locale) => set({ locale, localeChosen: true }),
      adoptLocale: (locale) => set({ locale }),
      setDensity: (density) => set({ density }),
      toggleColumn: (id) =>
        set((s) => ({
          hiddenColumns: s.hiddenColumns.includes(id) ? s.hiddenColumns.filter((c) => c !== id) : [...s.hiddenColumns, id],
        })),
      dismissPasswordHint: () => set({ passwordHintDismissed: true }),
    }),
    {
      name: 'orderloom.ui',
      version: 1,
      storage: createJSONStorage(() => localStorage),
      partialize: ({ locale, localeChosen, density, hiddenColumns }) => ({ locale, localeChosen, density, hiddenColumns }),
    },
  ),
);
