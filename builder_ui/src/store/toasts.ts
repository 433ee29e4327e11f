import { create } from 'zustand';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
  readonly more: string | null;
  readonly act: Act | null;
}

/** One thing to do about it, such as undoing it. */
export interface Act {
  readonly label: string;
  readonly run: () => void;
}

interface ToastState {
  readonly toasts: readonly Toast[];
  show(tone: Toast['tone'], text: string, more?: string | null, act?: Act): void;
  dismiss(id: number): void;
}

const STAY_MS = { good: 3_000, plain: 4_000, bad: 9_000 } as const;
const STAY_TO_ACT_MS = 9_000;
let last = 0;

export const useToasts = create<ToastState>()((set) => ({
  toasts: [],
  show: (tone, text, more = null, act) => {
    const id = ++last;
    set((s) => ({ toasts: [...s.toasts.filter((t) => t.text !== text), { id, tone, text, more, act: act ?? null }].slice(-4) }));
    setTimeout(() => set((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) })), act ? STAY_TO_ACT_MS : STAY_MS[tone]);
  },
  dismiss: (id) => set((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) })),
}));
