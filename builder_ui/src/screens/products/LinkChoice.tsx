import { Button } from '@mantine/core';
import { PackagePlus, Search } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { setLink, type Match, type NewProduct, type ProductName, type Unlinked } from '@/api/products';
import { useWords } from '@/i18n';
import { NewProductForm } from './NewProductForm';
import { ProductPicker } from './ProductPicker';
import { useDo } from './useDo';
import css from './Products.module.css';

function Why({ match }: { readonly match: Match }): ReactElement {
  const { t } = useWords();
  if (match.why === 'other_shop') return <>{t('products.why.other_shop', { shop: match.shop ?? '' })}</>;
  return <>{match.why === 'same_code' ? t('products.why.same_code') : t('products.why.alike', { percent: Math.round(match.score * 100) })}</>;
}

interface ProposalsProps {
  readonly matches: readonly Match[];
  readonly chosen: ProductName | null;
  readonly choose: (product: ProductName) => void;
}

function Proposals({ matches, chosen, choose }: ProposalsProps): ReactElement {
  const { t } = useWords();
  const known = chosen === null || matches.some((match) => match.product.id === chosen.id);
  return (
    <ul className={css.matches} role="radiogroup" aria-label={t('products.proposals')}>
      {matches.map((match) => (
        <li key={match.product.id}>
          <button type="button" role="radio" aria-checked={chosen?.id === match.product.id} className={css.match} data-match={match.product.code} onClick={() => choose(match.product)}>
            <span className={css.dot} aria-hidden="true" />
            <span className={css.matchText}><b>{match.product.code}</b> {match.product.title}</span>
            <span className={css.quiet}><Why match={match} /></span>
          </button>
        </li>
      ))}
      {!known && chosen && (
        <li>
          <button type="button" role="radio" aria-checked className={css.match}>
            <span className={css.dot} aria-hidden="true" />
            <span className={css.matchText}><b>{chosen.code}</b> {chosen.title}</span>
          </button>
        </li>
      )}
      {matches.length === 0 && known && <li className={css.quiet}>{t('products.no_proposal')}</li>}
    </ul>
  );
}

/** What is certain is chosen already; what is merely alike a person has to choose. */
const certain = (matches: readonly Match[]): ProductName | null => matches.find((match) => match.why !== 'alike')?.product ?? null;

interface Props {
  readonly entry: Unlinked;
  readonly done?: () => void;
}

/** What a name means: a proposal, another product, or a new one; for all orders that call it so. */
export function LinkChoice({ entry, done }: Props): ReactElement {
  const { t } = useWords();
  const { busy, run } = useDo();
  const [mode, setMode] = useState<'propose' | 'pick' | 'new'>('propose');
  const [chosen, setChosen] = useState(certain(entry.matches));
  const link = async (product: string | NewProduct, code: string): Promise<void> => {
    const shops = entry.accounts.map((account) => account.id);
    const ok = await run(() => setLink(entry.name, shops, product), ({ orders }) => t('products.linked', { name: entry.name, code, n: orders }));
    if (ok) done?.();
  };
  const back = (): void => setMode('propose');
  const pick = (product: ProductName): void => {
    setChosen(product);
    back();
  };
  if (mode === 'new') {
    return (
      <NewProductForm
        start={{ code: entry.name, title: entry.title, spec: entry.spec }} word={t('products.create_and_link')} busy={busy} cancel={back}
        save={(product) => void link(product, product.code)}
      />
    );
  }
  return (
    <div className={css.choice} data-name={entry.name}>
      {mode === 'propose' ? <Proposals matches={entry.matches} chosen={chosen} choose={setChosen} /> : <ProductPicker choose={pick} />}
      <div className={css.choiceEnd}>
        {mode === 'propose' && chosen && <Button size="compact-md" loading={busy} onClick={() => void link(chosen.id, chosen.code)}>{t('products.link_to', { code: chosen.code, n: entry.orders })}</Button>}
        {mode === 'pick' && <Button size="compact-sm" variant="subtle" onClick={back}>{t('products.back_to_proposals')}</Button>}
        {mode === 'propose' && <Button size="compact-sm" variant="subtle" leftSection={<Search size={14} />} onClick={() => setMode('pick')}>{t('products.choose_other')}</Button>}
        <Button size="compact-sm" variant="subtle" leftSection={<PackagePlus size={14} />} onClick={() => setMode('new')}>{t('products.create')}</Button>
      </div>
    </div>
  );
}
