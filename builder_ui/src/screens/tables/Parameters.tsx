import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { parametersQuery, setParameter, type OwnParameter } from '@/api/parameters';
import { said, valueOf, type ParameterValue } from '@/core/parameter';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { useHub } from '@/ui/hub';
import { ProblemState } from '@/ui/States';
import { useDo } from '@/ui/useDo';
import css from './Tables.module.css';

/** Where the screen of tables has the parameters. */
export const SETTINGS = 'settings';

interface Props {
  readonly blueprint: string;
  readonly plan: string;
  readonly parameter: OwnParameter;
}

interface BoxProps {
  readonly parameter: OwnParameter;
  readonly label: string;
  readonly text: string;
  readonly bad: boolean;
  readonly may: boolean;
  readonly set: (text: string) => void;
}

/** One box; a time of day for what happens daily, empty for at once. */
function Box({ parameter, label, text, bad, may, set }: BoxProps): ReactElement {
  const number = parameter.kind === 'integer' || parameter.kind === 'money';
  return (
    <input
      className={css.box} aria-label={label} type={parameter.kind === 'schedule' ? 'time' : 'text'} value={text} readOnly={!may} aria-invalid={bad || undefined}
      data-number={number || undefined} inputMode={number ? 'decimal' : undefined} autoComplete="off" onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

function One({ blueprint, plan, parameter }: Props): ReactElement {
  const { t, say } = useWords();
  const { user } = useHub();
  const { busy, run } = useDo((client) => void client.invalidateQueries({ queryKey: ['parameters'] }));
  const sep = t('common.list_sep');
  const now = said(parameter.kind, parameter.value, sep);
  const [typed, setTyped] = useState<string | null>(null);
  const may = user.role !== 'viewer';
  const text = typed ?? now;
  const value = valueOf(parameter.kind, text);
  const title = say(parameter.title);
  const keep = async (next: ParameterValue | null): Promise<void> => {
    if (await run(() => setParameter(blueprint, parameter.key, next, plan), () => t('par.saved', { what: title }))) setTyped(null);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (value !== null) void keep(value);
  };
  return (
    <li className={css.parameter} data-parameter={parameter.key}>
      <form onSubmit={submit}>
        <label>
          <b>{title}</b>
          {parameter.kind !== 'text' && <span className={css.quiet}>{t(`par.kind.${parameter.kind}`)}</span>}
          <Box parameter={parameter} label={title} text={text} bad={value === null} may={may} set={setTyped} />
        </label>
        {may && typed !== null && typed !== now && <Button type="submit" size="compact-md" loading={busy} disabled={value === null}>{t('par.save')}</Button>}
        {may && parameter.own && typed === null && (
          <Button variant="default" size="compact-md" loading={busy} onClick={() => void keep(null)}>{t('par.back', { value: said(parameter.kind, parameter.default, sep) || t('par.at_once') })}</Button>
        )}
      </form>
      <p className={css.quiet}>
        {parameter.used_by.length > 0 ? t('par.used_by', { what: parameter.used_by.map(say).join(t('common.list_sep')) }) : t('par.unused')}
      </p>
    </li>
  );
}

/** The values this company set for the blueprint's parameters; they count from the next order on. */
export function Parameters({ blueprint, title }: { readonly blueprint: string; readonly title: string }): ReactElement {
  const { t } = useWords();
  const found = useQuery(parametersQuery(blueprint));
  if (found.error && !found.data) return <ProblemState error={found.error} title={t('tab.failed')} retry={() => void found.refetch()} />;
  if (!found.data) return <Busy />;
  const { plan, items } = found.data;
  return (
    <section className={css.editor} aria-labelledby="parameters">
      <header className={css.head}><h2 id="parameters">{t('par.title')}</h2><p className={css.facts}>{title}</p></header>
      {items.length === 0 && <p className={css.quiet}>{t('par.none')}</p>}
      <ul className={css.parameters}>
        {items.map((one) => <One key={one.key} blueprint={blueprint} plan={plan} parameter={one} />)}
      </ul>
    </section>
  );
}
