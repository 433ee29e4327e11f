import { Button, Modal } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { usesOf, type Use } from '@/core/fieldUses';
import { OTHERWISE, type Blueprint, type Model, type OwnField } from '@/core/ruleDocument';
import { useWords, type Words } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { commit, current, stepBack, useDraft } from '../rules/draft';
import { choose } from '../rules/view';
import css from './Fields.module.css';

type Say = Pick<Words, 't' | 'say'>;

function rowOf(use: Use & { readonly in: 'rules' }, document: Blueprint, { t, say }: Say): string {
  if (use.row === OTHERWISE) return t('rules.otherwise');
  const rows = document.rules?.find((one) => one.id === use.list)?.rows ?? [];
  const at = rows.findIndex((one) => one.id === use.row);
  const row = rows[at];
  return row ? t('fields.use.row', { n: at + 1, title: say(row.title) || t('rules.untitled') }) : '';
}

/** A place as people call it. */
function sayUse(use: Use, document: Blueprint, words: Say): string {
  const { t, say } = words;
  if (use.in === 'rules') {
    const title = document.rules?.find((one) => one.id === use.list)?.title;
    return [t('fields.use.list', { title: title ? say(title) : use.list }), rowOf(use, document, words)].filter(Boolean).join(' · ');
  }
  const found = document[use.in]?.find((one) => one.id === use.id);
  return t(`fields.use.${use.in}`, { title: found ? say(found.title) : use.id });
}

function UseList({ uses }: { readonly uses: readonly Use[] }): ReactElement {
  const words = useWords();
  const document = useDraft((s) => s.history.now);
  const [, go] = useLocation();
  const open = (use: Use & { readonly in: 'rules' }): void => {
    choose(use.list, use.row);
    go('/rules');
  };
  return (
    <ul className={css.uses}>
      {uses.map((use) => (
        <li key={JSON.stringify(use)}>
          {use.in === 'rules'
            ? <button type="button" className={css.link} onClick={() => open(use)}>{sayUse(use, document, words)}</button>
            : sayUse(use, document, words)}
        </li>
      ))}
    </ul>
  );
}

export function Used({ uses }: { readonly uses: readonly Use[] }): ReactElement {
  const { t } = useWords();
  if (uses.length === 0) return <span className={css.quiet}>{t('fields.unused')}</span>;
  return (
    <details className={css.used}>
      <summary>{t('fields.used', { n: uses.length })}</summary>
      <UseList uses={uses} />
    </details>
  );
}

export interface Removal {
  /** Asks first where the field, or the model, is used somewhere. */
  readonly ask: () => void;
  readonly dialog: ReactElement | null;
}

/** Takes a field (or a whole model) out of the draft: at once where nothing uses it, else after showing what does. */
export function useRemoval(model: Model, field: OwnField | null, what: string, without: (document: Blueprint) => Blueprint): Removal {
  const { t } = useWords();
  const show = useToasts((s) => s.show);
  const [uses, setUses] = useState<readonly Use[] | null>(null);
  const close = (): void => setUses(null);
  const drop = (): void => {
    close();
    const after = without(current());
    commit(after, t('rules.step.delete', { what }));
    show('plain', t('rules.deleted', { title: what }), null, { label: t('rules.undo_it'), run: () => current() === after && stepBack() });
  };
  const ask = (): void => {
    const found = usesOf(current(), model, field);
    if (found.length > 0) setUses(found);
    else drop();
  };
  const dialog = uses && (
    <Modal opened onClose={close} title={t('fields.remove', { what })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className={css.dialog}>
        <p>{t('fields.remove_used', { what })}</p>
        <UseList uses={uses} />
        <p className={css.quiet}>{t('fields.remove_how')}</p>
        <div className={css.end}>
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button color="red" onClick={drop}>{t('fields.remove_anyway')}</Button>
        </div>
      </div>
    </Modal>
  );
  return { ask, dialog };
}
