import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { searchQuery, type ProductName } from '@/api/products';
import { useWords } from '@/i18n';
import css from './Products.module.css';

const PAUSE_MS = 220;

interface Props {
  readonly choose: (product: ProductName) => void;
  readonly without?: readonly string[];
}

function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}

/** A product by code, title or barcode. */
export function ProductPicker({ choose, without = [] }: Props): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState('');
  const found = useQuery(searchQuery(useLater(text)));
  const items = (found.data?.items ?? []).filter((product) => !without.includes(product.id));
  return (
    <div className={css.picker}>
      <TextInput
        size="sm" type="search" value={text} onChange={(e) => setText(e.currentTarget.value)} data-autofocus
        placeholder={t('products.pick')} aria-label={t('products.pick')} leftSection={<Search size={15} />}
      />
      <ul className={css.pickList} aria-label={t('products.title')} aria-busy={found.isFetching}>
        {items.map((product) => (
          <li key={product.id}>
            <button type="button" className={css.pickItem} data-product={product.code} onClick={() => choose(product)}>
              <b>{product.code}</b>
              <span>{product.title}</span>
            </button>
          </li>
        ))}
        {found.data && items.length === 0 && <li className={css.quiet}>{t('products.pick_none')}</li>}
      </ul>
    </div>
  );
}
