import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { Locale } from '@/core/time';

export const DENSITIES = ['compact', 'normal', 'roomy'] as const;
export type Density = (typeof DENSITIES)[number];

interface UiState {
  readonly locale: Locale;
  readonly density: Density;
  readonly hiddenColumns: readonly string[];
  readonly passwordHintDismissed: boolean;
  setLocale(locale: Locale): void;
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
      density: 'normal',
      hiddenColumns: ['updated'],
      passwordHintDismissed: false,
      setLocale: (locale) => set({ locale }),
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
      partialize: ({ locale, density, hiddenColumns }) => ({ locale, density, hiddenColumns }),
    },
  ),
);
