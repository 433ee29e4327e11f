import { Check, Copy as CopyIcon } from 'lucide-react';
import { useState, type MouseEvent, type ReactElement } from 'react';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import css from './pieces.module.css';

/** Copies even where the page is not served over https, as on a warehouse's own network. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.className = 'ol-hide';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

interface Props {
  readonly text: string;
  readonly label: string;
  readonly quiet?: boolean;
  readonly tabIndex?: number;
}

export function CopyButton({ text, label, quiet = false, tabIndex = 0 }: Props): ReactElement {
  const { t } = useWords();
  const show = useToasts((s) => s.show);
  const [done, setDone] = useState(false);
  const copy = async (event: MouseEvent): Promise<void> => {
    event.stopPropagation();
    await copyText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
    if (!quiet) show('good', t('common.copied', { text: text.length > 40 ? '' : text }).trim());
  };
  const Icon = done ? Check : CopyIcon;
  return (
    <button type="button" className={css.copy} aria-label={label} title={label} tabIndex={tabIndex} onClick={(e) => void copy(e)}>
      <Icon size={14} aria-hidden="true" />
    </button>
  );
}
