import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import {
  removeContact, saveContact, SEVERITIES, type Carrier, type Contact, type ContactForm, type Severity,
} from '@/api/notifications';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { faultsOf } from '@/ui/faults';
import { useHub } from '@/ui/hub';
import { LANGUAGES } from '@/ui/look';
import { sayProblem } from '@/ui/States';
import css from './Notifications.module.css';

const EMPTY: ContactForm = { name: '', mail: '', mobile: '', locale: 'zh-CN', groups: [], quiet: null, paused: false, ways: [] };

export const splitNames = (text: string): string[] => text.split(/[,，、;；]/).map((part) => part.trim()).filter(Boolean);

function toggled(form: ContactForm, id: string, severity: Severity): ContactForm {
  const now = form.ways.find((w) => w.connection_id === id)?.severities ?? [];
  const next = now.includes(severity) ? now.filter((s) => s !== severity) : SEVERITIES.filter((s) => s === severity || now.includes(s));
  const others = form.ways.filter((w) => w.connection_id !== id);
  return { ...form, ways: next.length ? [...others, { connection_id: id, severities: next }] : others };
}

interface PartProps {
  readonly form: ContactForm;
  readonly set: (form: ContactForm) => void;
}

function Ways({ form, set, carriers }: PartProps & { readonly carriers: readonly Carrier[] }): ReactElement {
  const { t } = useWords();
  return (
    <fieldset className={css.fields}>
      <legend>{t('told.ways')}</legend>
      <p className={css.small}>{t(carriers.length ? 'told.ways_how' : 'told.ways_none')}</p>
      {carriers.map((one) => (
        <div key={one.id} className={css.way}>
          <span>{one.title}</span>
          <span className={css.severities}>
            {SEVERITIES.map((severity) => (
              <Checkbox
                key={severity} size="xs" label={t(`told.severity.${severity}`)} aria-label={`${one.title} ${t(`told.severity.${severity}`)}`}
                checked={form.ways.some((w) => w.connection_id === one.id && w.severities.includes(severity))}
                onChange={() => set(toggled(form, one.id, severity))}
              />
            ))}
          </span>
        </div>
      ))}
    </fieldset>
  );
}

function Quiet({ form, set, zones, fault }: PartProps & { readonly zones: readonly string[]; readonly fault: (field: string) => string | null }): ReactElement {
  const { t } = useWords();
  const { zone } = useHub();
  const { quiet } = form;
  const put = (name: 'from' | 'to' | 'zone') => (e: { currentTarget: { value: string } }) =>
    quiet && set({ ...form, quiet: { ...quiet, [name]: e.currentTarget.value } });
  return (
    <fieldset className={css.fields}>
      <legend>{t('told.quiet')}</legend>
      <p className={css.small}>{t('told.quiet_how')}</p>
      <Checkbox label={t('told.quiet_on')} checked={quiet !== null} onChange={() => set({ ...form, quiet: quiet ? null : { from: '22:00', to: '07:30', zone } })} />
      {quiet && (
        <div className={css.row}>
          <TextInput type="time" label={t('told.quiet_from')} value={quiet.from} onChange={put('from')} error={fault('quiet.from')} />
          <TextInput type="time" label={t('told.quiet_to')} value={quiet.to} onChange={put('to')} error={fault('quiet.to')} />
          <TextInput label={t('told.zone')} list="told-zones" value={quiet.zone} onChange={put('zone')} error={fault('quiet.zone')} />
          <datalist id="told-zones">{zones.map((name) => <option key={name} value={name} />)}</datalist>
        </div>
      )}
    </fieldset>
  );
}

interface Props {
  readonly known: Contact | null;
  readonly carriers: readonly Carrier[];
  readonly zones: readonly string[];
  readonly close: () => void;
}

function Fields({ known, carriers, zones, close }: Props): ReactElement {
  const words = useWords();
  const { t } = words;
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [form, set] = useState<ContactForm>(known ?? EMPTY);
  const [groups, setGroups] = useState((known?.groups ?? []).join('，'));
  const [sure, setSure] = useState(false);
  const done = async (said: string): Promise<void> => {
    await client.invalidateQueries({ queryKey: ['notifications'] });
    show('good', said);
    close();
  };
  const save = useMutation({
    mutationFn: () => {
      const { name, mail, mobile, locale, quiet, paused, ways } = form;
      return saveContact(known, { name, mail, mobile, locale, groups: splitNames(groups), quiet, paused, ways });
    },
    onSuccess: () => done(t('told.saved', { name: form.name })),
  });
  const remove = useMutation({ mutationFn: () => removeContact(known?.id ?? ''), onSuccess: () => done(t('told.removed', { name: form.name })) });
  const fault = faultsOf(save.error);
  const said = save.error || remove.error ? sayProblem(save.error ?? remove.error, words) : null;
  const box = (name: 'name' | 'mail' | 'mobile') => ({
    value: form[name], error: fault(name), onChange: (e: { currentTarget: { value: string } }) => set({ ...form, [name]: e.currentTarget.value }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      {said && <p className={css.fault} role="alert">{said.title} {said.how}</p>}
      <div className={css.row}>
        <TextInput label={t('told.name')} required data-autofocus {...box('name')} />
        <TextInput label={t('told.groups')} description={t('told.groups_how')} value={groups} error={fault('groups')} onChange={(e) => setGroups(e.currentTarget.value)} />
      </div>
      <div className={css.row}>
        <TextInput label={t('told.mail')} type="email" {...box('mail')} />
        <TextInput label={t('told.mobile')} description={t('told.mobile_how')} inputMode="tel" {...box('mobile')} />
        <label className={css.pick}>
          {t('told.language')}
          <select value={form.locale} onChange={(e) => set({ ...form, locale: e.currentTarget.value })}>
            {Object.entries(LANGUAGES).map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
          </select>
        </label>
      </div>
      <Ways form={form} set={set} carriers={carriers} />
      <Quiet form={form} set={set} zones={zones} fault={fault} />
      <Checkbox label={t('told.pause')} checked={form.paused} onChange={() => set({ ...form, paused: !form.paused })} />
      <div className={css.actions}>
        {known && (
          <Button color="red" variant="subtle" loading={remove.isPending} onClick={() => (sure ? remove.mutate() : setSure(true))}>
            {t(sure ? 'told.remove_sure' : 'told.remove')}
          </Button>
        )}
        <span className={css.gap} />
        <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
        <Button type="submit" loading={save.isPending} disabled={form.name.trim() === ''}>{t('told.save')}</Button>
      </div>
    </form>
  );
}

export function ContactDialog(props: Props): ReactElement {
  const { t } = useWords();
  const title = props.known ? t('told.edit_who', { name: props.known.name }) : t('told.add');
  return (
    <Modal opened onClose={props.close} title={title} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Fields {...props} />
    </Modal>
  );
}
