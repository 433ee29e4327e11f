import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useState, type KeyboardEvent, type ReactElement, type Ref } from 'react';
import { searchQuery, type ProductName } from '@/api/products';
import { useWords } from '@/i18n';
import css from './Products.module.css';

const PAUSE_MS = 220;

interface Props {
  readonly choose: (product: ProductName) => void;
  readonly without?: readonly string[];
  /** Nothing is proposed before somebody types. */
  readonly folded?: boolean;
  readonly box?: Ref<HTMLInputElement>;
}

/** The text once somebody pauses, or at once when they are in a hurry. */
function useLater(text: string, hurry: boolean): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text.trim()), hurry ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, hurry]);
  return later;
}

/** Arrow keys go from the box through the list and back. */
function step(event: KeyboardEvent<HTMLElement>): void {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!way) return;
  event.preventDefault();
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button')];
  stops[stops.indexOf(document.activeElement as HTMLElement) + way]?.focus();
}

/** A product by code, title or barcode; Enter takes the first, however fast it was typed or scanned. */
export function ProductPicker({ choose, without = [], folded = false, box }: Props): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [hurry, setHurry] = useState(false);
  const asked = useLater(text, hurry);
  const shown = !folded || text.trim() !== '';
  const found = useQuery({ ...searchQuery(asked), enabled: shown });
  const items = (found.data?.items ?? []).filter((product) => !without.includes(product.id));
  const isCurrent = asked === text.trim() && found.data !== undefined && !found.isPlaceholderData;
  const take = (product: ProductName): void => {
    setText('');
    choose(product);
  };
  useEffect(() => {
    if (!hurry || !isCurrent) return;
    setHurry(false);
    if (items[0]) take(items[0]);
  }, [hurry, isCurrent]);
  return (
    <div className={css.picker} onKeyDown={step}>
      <TextInput
        ref={box} size="sm" type="search" value={text} data-autofocus autoComplete="off"
        placeholder={t('products.pick')} aria-label={t('products.pick')} leftSection={<Search size={15} />}
        onChange={(e) => {
          setHurry(false);
          setText(e.currentTarget.value);
        }}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || e.ctrlKey || e.metaKey || e.nativeEvent.isComposing) return;
          e.preventDefault();
          setHurry(shown);
        }}
      />
      {shown && (
        <ul className={css.pickList} aria-label={t('products.title')} aria-busy={found.isFetching}>
          {items.map((product) => (
            <li key={product.id}>
              <button type="button" className={css.pickItem} data-product={product.code} onClick={() => take(product)}>
                <b>{product.code}</b>
                <span>{product.title}</span>
              </button>
            </li>
          ))}
          {found.data && items.length === 0 && <li className={css.quiet}>{t('products.pick_none')}</li>}
        </ul>
      )}
    </div>
  );
}
