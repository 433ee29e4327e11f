import { create } from 'zustand';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
  readonly more: string | null;
}

interface ToastState {
  readonly toasts: readonly Toast[];
  show(tone: Toast['tone'], text: string, more?: string | null): void;
  dismiss(id: number): void;
}

const STAY_MS = { good: 3_000, plain: 4_000, bad: 9_000 } as const;
let last = 0;

export const useToasts = create<ToastState>()((set) => ({
  toasts: [],
  show: (tone, text, more = null) => {
    const id = ++last;
    set((s) => ({ toasts: [...s.toasts.filter((t) => t.text !== text), { id, tone, text, more }].slice(-4) }));
    setTimeout(() => set((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) })), STAY_MS[tone]);
  },
  dismiss: (id) => set((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) })),
}));
