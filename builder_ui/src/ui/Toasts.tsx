import { Button, CloseButton } from '@mantine/core';
import { CircleCheck, CircleX, Info } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import { useToasts, type Toast } from '@/store/toasts';
import css from './pieces.module.css';

const ICONS = { good: CircleCheck, bad: CircleX, plain: Info } as const;

function One({ toast }: { readonly toast: Toast }): ReactElement {
  const { t } = useWords();
  const dismiss = useToasts((s) => s.dismiss);
  const Icon = ICONS[toast.tone];
  return (
    <div className={css.toast} data-tone={toast.tone} role={toast.tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={18} aria-hidden="true" />
      <div className={css.toastText}>
        <div>{toast.text}</div>
        {toast.more && <div className={css.toastMore}>{toast.more}</div>}
      </div>
      {toast.act && <Button size="compact-sm" variant="subtle" onClick={() => { toast.act?.run(); dismiss(toast.id); }}>{toast.act.label}</Button>}
      <CloseButton size="sm" aria-label={t('common.close')} onClick={() => dismiss(toast.id)} />
    </div>
  );
}

export function Toasts(): ReactElement {
  const { t } = useWords();
  const toasts = useToasts((s) => s.toasts);
  return (
    <section className={css.toasts} aria-label={t('toast.region')} aria-live="polite">
      {toasts.map((toast) => <One key={toast.id} toast={toast} />)}
    </section>
  );
}
