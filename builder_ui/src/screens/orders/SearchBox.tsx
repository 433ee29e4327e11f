import { CloseButton, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { useWords } from '@/i18n';
import css from './Orders.module.css';

const PAUSE_MS = 280;

interface Props {
  readonly value: string;
  readonly ask: (search: string) => void;
  readonly box: RefObject<HTMLInputElement | null>;
}

export function SearchBox({ value, ask, box }: Props): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState(value);
  const asked = useRef(value);
  useEffect(() => {
    if (value === asked.current) return;
    asked.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    const next = text.trim();
    if (next === asked.current) return undefined;
    const timer = setTimeout(() => {
      asked.current = next;
      ask(next);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, ask]);
  return (
    <TextInput
      ref={box} type="search" className={css.search ?? ''} size="sm" value={text} onChange={(e) => setText(e.currentTarget.value)} placeholder={t('orders.search')}
      aria-label={t('orders.search')} leftSection={<Search size={16} />} rightSectionPointerEvents="all"
      onKeyDown={(e) => e.key === 'Escape' && (text ? setText('') : e.currentTarget.blur())}
      rightSection={text ? <CloseButton size="sm" aria-label={t('orders.search_clear')} onClick={() => setText('')} /> : <kbd className={css.slash} aria-hidden="true">/</kbd>}
    />
  );
}
