import { Checkbox, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import { Money } from '@/ui/Money';
import { sums, useDesk, type Faults } from './draft';
import css from './Entry.module.css';

const AMOUNTS = ['freight', 'discount', 'paid'] as const;
const WORDS = [['buyer', 'buyer', 100], ['buyer_note', 'buyerNote', 500], ['seller_note', 'sellerNote', 500]] as const;

/** What it comes to, what is paid of it, and what buyer and seller have to say. */
export function Amounts({ faults }: { readonly faults: Faults }): ReactElement {
  const { t } = useWords();
  const { draft, change } = useDesk();
  const { goods, total } = sums(draft);
  return (
    <fieldset className={css.part}>
      <legend>{t('entry.amounts')}</legend>
      <div className={css.amounts}>
        {AMOUNTS.map((name) => (
          <TextInput
            key={name} inputMode="decimal" autoComplete="off" label={t(`entry.${name}`)} value={draft[name]} data-field={name} error={faults[name]}
            placeholder={name === 'paid' ? t('entry.paid_all') : '0.00'} disabled={name === 'paid' && !draft.isPaid}
            onChange={(event) => change({ [name]: event.currentTarget.value })}
          />
        ))}
        <Checkbox className={css.isPaid ?? ''} label={t('entry.is_paid')} checked={draft.isPaid} onChange={(event) => change({ isPaid: event.currentTarget.checked })} />
      </div>
      <p className={css.sum}>
        <span className={css.quiet}>{t('entry.goods')} <Money fen={goods} /></span>
        <span>{t('entry.total')} <b data-total><Money fen={total} /></b></span>
      </p>
      <div className={css.notes}>
        {WORDS.map(([field, name, most]) => (
          <TextInput
            key={name} autoComplete="off" label={t(`entry.${field}`)} value={draft[name]} maxLength={most} data-field={field} error={faults[field]}
            {...(name === 'buyer' ? { placeholder: t('entry.buyer_how') } : {})} onChange={(event) => change({ [name]: event.currentTarget.value })}
          />
        ))}
      </div>
    </fieldset>
  );
}
