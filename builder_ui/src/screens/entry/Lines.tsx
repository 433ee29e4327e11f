import { Checkbox, TextInput } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactElement, type RefObject } from 'react';
import type { ProductName } from '@/api/products';
import { useWords } from '@/i18n';
import { ProductPicker } from '../products/ProductPicker';
import { useDesk, type Faults, type Line } from './draft';
import css from './Entry.module.css';

interface Props {
  readonly faults: Faults;
  readonly search: RefObject<HTMLInputElement | null>;
}

interface RowProps {
  readonly line: Line;
  readonly at: number;
  readonly faults: Faults;
  readonly back: () => void;
}

const isEnter = (event: KeyboardEvent): boolean => event.key === 'Enter' && !event.ctrlKey && !event.metaKey;

function Row({ line, at, faults, back }: RowProps): ReactElement {
  const { t } = useWords();
  const { draft, change } = useDesk();
  const price = useRef<HTMLInputElement>(null);
  const { code, title } = line.product;
  const unknown = faults[`lines.${at}.product_id`];
  const put = (part: Partial<Line>): void => change({ lines: draft.lines.map((one) => (one.key === line.key ? { ...one, ...part } : one)) });
  const enter = (then: () => void) => (event: KeyboardEvent): void => {
    if (!isEnter(event)) return;
    event.preventDefault();
    then();
  };
  const box = { size: 'sm', autoComplete: 'off' } as const;
  return (
    <tr data-line={code}>
      <th scope="row"><b>{code}</b> <span className={css.quiet}>{title}</span>{unknown && <p className={css.fault}>{unknown}</p>}</th>
      <td data-label={t('entry.quantity')}>
        <TextInput
          {...box} inputMode="numeric" aria-label={t('entry.quantity_of', { code })} value={line.quantity} data-field={`lines.${at}.quantity`} data-quantity={line.key}
          error={faults[`lines.${at}.quantity`]} onChange={(event) => put({ quantity: event.currentTarget.value })} onKeyDown={enter(() => price.current?.select())}
        />
      </td>
      <td data-label={t('entry.price')}>
        <TextInput
          {...box} ref={price} inputMode="decimal" aria-label={t('entry.price_of', { code })} value={line.price} data-field={`lines.${at}.price`} placeholder="0.00"
          error={faults[`lines.${at}.price`]} onChange={(event) => put({ price: event.currentTarget.value })} onKeyDown={enter(back)}
        />
      </td>
      <td><Checkbox label={t('entry.gift')} aria-label={t('entry.gift_of', { code })} checked={line.gift} onChange={(event) => put({ gift: event.currentTarget.checked })} /></td>
      <td>
        <button
          type="button" className={css.icon} aria-label={t('entry.remove', { code })}
          onClick={() => change({ lines: draft.lines.filter((one) => one.key !== line.key) })}
        >
          <Trash2 size={16} />
        </button>
      </td>
    </tr>
  );
}

let lastKey = 0;

/** What is ordered: found by code, title or barcode; Enter goes on to pieces, price and the next product. */
export function Lines({ faults, search }: Props): ReactElement {
  const { t } = useWords();
  const { draft, change } = useDesk();
  const added = useRef(0);
  const add = (product: ProductName): void => {
    added.current = ++lastKey;
    change({ lines: [...draft.lines, { key: lastKey, product, quantity: '1', price: '', gift: false }] });
  };
  useEffect(() => {
    if (added.current) document.querySelector<HTMLInputElement>(`[data-quantity="${added.current}"]`)?.select();
    added.current = 0;
  }, [draft.lines.length]);
  return (
    <fieldset className={css.part}>
      <legend>{t('entry.lines')}</legend>
      {draft.lines.length > 0 && (
        <table className={css.lines}>
          <thead><tr><th scope="col">{t('entry.product')}</th><th scope="col">{t('entry.quantity')}</th><th scope="col">{t('entry.price')}</th><th scope="col" colSpan={2} /></tr></thead>
          <tbody>{draft.lines.map((line, at) => <Row key={line.key} line={line} at={at} faults={faults} back={() => search.current?.focus()} />)}</tbody>
        </table>
      )}
      <ProductPicker choose={add} box={search} folded />
      {faults['lines'] && <p className={css.fault} role="alert">{faults['lines']}</p>}
    </fieldset>
  );
}
