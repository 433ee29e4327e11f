import { useState, type ReactElement } from 'react';
import { namedChoices } from '@/core/newModel';
import { fenOf, wholeOf, yuan } from '@/core/numbers';
import type { Bilingual } from '@/core/ruleDocument';
import { useWords } from '@/i18n';
import css from './Rules.module.css';

interface TypedProps<T> {
  readonly label: string;
  readonly value: T;
  readonly show: (value: T) => string;
  /** Null when the text is not such a value; then nothing is changed yet. */
  readonly read: (text: string) => T | null;
  readonly onChange: (value: T) => void;
  readonly numeric?: boolean;
}

/** A text box that keeps what is being typed and passes on what is complete. */
function Typed<T extends string | number>({ label, value, show, read, onChange, numeric = false }: TypedProps<T>): ReactElement {
  const { t } = useWords();
  const [text, setText] = useState(show(value));
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    if (read(text) !== value) setText(show(value));
  }
  const bad = read(text) === null;
  return (
    <input
      className={css.input} data-numeric={numeric} aria-label={label} value={text} aria-invalid={bad || undefined}
      title={bad ? t('rules.bad_number') : undefined} inputMode={numeric ? 'decimal' : undefined} autoComplete="off"
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const complete = read(next);
        if (complete !== null && complete !== value) onChange(complete);
      }}
      onBlur={() => bad && setText(show(value))}
    />
  );
}

interface Props<T> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
}

const same = (text: string): string => text;

export function TextBox(props: Props<string>): ReactElement {
  return <Typed {...props} show={same} read={same} />;
}

/** Choices, separated by commas. */
export function ChoicesBox({ label, value, onChange }: Omit<Props<string>, 'value'> & { readonly value: readonly string[] }): ReactElement {
  const { t } = useWords();
  const joined = (choices: readonly string[]): string => choices.join(t('common.list_sep'));
  return <Typed label={label} value={joined(value)} onChange={onChange} show={same} read={(text) => joined(namedChoices(text))} />;
}

interface TitlesProps {
  readonly title: Bilingual;
  readonly onChange: (side: keyof Bilingual, text: string) => void;
}

/** What something is called, in both languages. */
export function Titles({ title, onChange }: TitlesProps): ReactElement {
  const { t } = useWords();
  return (
    <div className={css.titles}>
      {(['zh', 'en'] as const).map((side) => (
        <label key={side}>
          <span>{t(`rules.title_${side}`)}</span>
          <TextBox label={t(`rules.title_${side}`)} value={title[side]} onChange={(text) => onChange(side, text)} />
        </label>
      ))}
    </div>
  );
}

export function NumberBox(props: Props<number>): ReactElement {
  const read = (text: string): number | null => {
    if (Number.isInteger(props.value)) return wholeOf(text);
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
  };
  return <Typed {...props} show={String} read={read} numeric />;
}

export function MoneyBox(props: Props<number>): ReactElement {
  const { t } = useWords();
  return (
    <span className={css.unitBox}>
      <Typed {...props} show={yuan} read={fenOf} numeric />
      <span className={css.unit}>{t('rules.yuan')}</span>
    </span>
  );
}

export function TimeBox({ label, value, onChange }: Props<string>): ReactElement {
  return (
    <input
      type="time" className={css.input} aria-label={label} value={value === '24:00' ? '00:00' : value}
      onChange={(event) => event.currentTarget.value && onChange(event.currentTarget.value)}
    />
  );
}

/** Date and time in China's zone, as rules count days. */
export function InstantBox({ label, value, onChange }: Props<string>): ReactElement {
  return (
    <input
      type="datetime-local" className={css.input} aria-label={label} value={value.slice(0, 16).replace(' ', 'T')}
      onChange={(event) => event.currentTarget.value && onChange(`${event.currentTarget.value}:00+08:00`)}
    />
  );
}
