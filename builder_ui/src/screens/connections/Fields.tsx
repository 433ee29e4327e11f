import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Setting, Value, Values } from '@/api/connections';
import { useWords } from '@/i18n';
import { Disclosure } from '@/ui/Disclosure';
import { PasswordBox } from '@/ui/PasswordBox';
import css from './Connections.module.css';

export interface Filling {
  readonly values: Values;
  readonly put: (name: string, value: Value) => void;
  readonly fault: (field: string) => string | null;
  /** Secrets the hub has already. */
  readonly known: readonly string[];
}

interface FieldProps extends Filling {
  readonly setting: Setting;
}

const textOf = (value: Value | undefined): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
};

function useLook({ setting, fault }: FieldProps) {
  const { t, say } = useWords();
  const help = setting.help ? say(setting.help) : undefined;
  const optional = setting.required || setting.default !== null ? undefined : t('conn.optional');
  return {
    label: say(setting.label),
    description: [help, optional].filter(Boolean).join(' · ') || undefined,
    error: fault(setting.name),
    required: setting.required,
    'data-setting': setting.name,
  };
}

function Secret(props: FieldProps): ReactElement {
  const { t } = useWords();
  const { setting, values, put, known } = props;
  const look = useLook(props);
  const isSet = known.includes(setting.name);
  const cleared = isSet && values[setting.name] === null;
  return (
    <div className={css.secret}>
      <PasswordBox
        {...look} required={setting.required && !isSet} autoComplete="new-password" disabled={cleared}
        placeholder={isSet ? t('conn.secret_set') : ''} value={textOf(values[setting.name])}
        onChange={(e) => put(setting.name, e.currentTarget.value)}
      />
      {isSet && !setting.required && (
        <Checkbox
          size="xs" label={t('conn.secret_clear', { what: look.label })} checked={cleared}
          onChange={() => put(setting.name, cleared ? '' : null)}
        />
      )}
    </div>
  );
}

function Choice(props: FieldProps): ReactElement {
  const { t } = useWords();
  const { setting, values, put } = props;
  const { label, description, error } = useLook(props);
  return (
    <label className={css.pick}>
      {label}
      {description && <span className={css.small}>{description}</span>}
      <select value={textOf(values[setting.name])} data-setting={setting.name} onChange={(e) => put(setting.name, e.target.value)}>
        {setting.default !== null
          ? <option value="">{t('conn.choice_default', { value: textOf(setting.default) })}</option>
          : <option value="" />}
        {setting.choices.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
      {error && <span className={css.fault}>{error}</span>}
    </label>
  );
}

function Field(props: FieldProps): ReactElement {
  const { setting, values, put } = props;
  const look = useLook(props);
  const value = values[setting.name];
  if (setting.secret) return <Secret {...props} />;
  if (setting.kind === 'choice') return <Choice {...props} />;
  if (setting.kind === 'bool') {
    const on = (value ?? setting.default) === true;
    return <Checkbox label={look.label} description={look.description} error={look.error} checked={on} onChange={() => put(setting.name, !on)} />;
  }
  const change = (e: { currentTarget: { value: string } }): void => put(setting.name, e.currentTarget.value);
  if (setting.kind === 'json') {
    return <Textarea {...look} autosize minRows={4} maxRows={14} value={textOf(value)} onChange={change} classNames={{ input: css.code ?? '' }} />;
  }
  return (
    <TextInput
      {...look} value={textOf(value)} onChange={change} inputMode={setting.kind === 'number' ? 'numeric' : undefined}
      placeholder={setting.default === null ? '' : textOf(setting.default)} spellCheck={false}
    />
  );
}

/** What everybody has to look at; the rest has values that do for most. */
const isMain = (setting: Setting): boolean =>
  setting.kind !== 'json' && (setting.required || setting.secret || setting.default === null || setting.default === '');

export function Fields({ settings, ...filling }: Filling & { readonly settings: readonly Setting[] }): ReactElement {
  const { t } = useWords();
  const main = settings.filter(isMain);
  const more = settings.filter((one) => !isMain(one));
  const wrong = more.some((one) => filling.fault(one.name) !== null);
  return (
    <>
      <div className={css.fields}>{main.map((one) => <Field key={one.name} setting={one} {...filling} />)}</div>
      {more.length > 0 && (
        <Disclosure key={String(wrong)} open={wrong} show={t('conn.more', { n: more.length })} hide={t('conn.more_hide')}>
          {() => <div className={css.fields}>{more.map((one) => <Field key={one.name} setting={one} {...filling} />)}</div>}
        </Disclosure>
      )}
    </>
  );
}
