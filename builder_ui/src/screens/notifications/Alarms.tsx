import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState, type FormEvent, type ReactElement } from 'react';
import { saveAlarms, type Notifications } from '@/api/notifications';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Chip } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { sayProblem } from '@/ui/States';
import { splitNames } from './ContactDialog';
import { TONES } from './People';
import css from './Notifications.module.css';

/** Who is told of the hub's own troubles. */
export function Alarms({ data }: { readonly data: Notifications }): ReactElement {
  const words = useWords();
  const { t } = words;
  const { user } = useHub();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [to, setTo] = useState(data.alarms.recipients.join('，'));
  const [over, setOver] = useState(String(data.alarms.exceptions));
  const [again, setAgain] = useState(String(data.alarms.remind_minutes));
  const save = useMutation({
    mutationFn: () => saveAlarms({ recipients: splitNames(to), exceptions: Number(over), remind_minutes: Number(again) }),
    onSuccess: async () => {
      show('good', t('told.alarms_saved'));
      await client.invalidateQueries({ queryKey: ['notifications'] });
    },
  });
  const said = save.error ? sayProblem(save.error, words) : null;
  const names = [...new Set(data.contacts.flatMap((c) => [c.name, ...c.groups]))];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <section className={css.section} aria-labelledby="told-alarms">
      <header className={css.head}>
        <div>
          <h2 id="told-alarms">{t('told.alarms')}</h2>
          <p className={css.small}>{t('told.alarms_how')}</p>
        </div>
        {data.alarms.recipients.length === 0 && <Chip tone="warn" icon={TriangleAlert}>{t('told.alarms_nobody')}</Chip>}
      </header>
      <form className={css.alarms} onSubmit={submit}>
        {said && <p className={css.fault} role="alert">{said.title} {said.how}</p>}
        <TextInput label={t('told.alarms_to')} list="told-names" value={to} disabled={user.role === 'viewer'} onChange={(e) => setTo(e.currentTarget.value)} />
        <datalist id="told-names">{names.map((name) => <option key={name} value={name} />)}</datalist>
        <TextInput type="number" min={1} label={t('told.alarms_over')} value={over} disabled={user.role === 'viewer'} onChange={(e) => setOver(e.currentTarget.value)} />
        <TextInput type="number" min={10} label={t('told.alarms_again')} value={again} disabled={user.role === 'viewer'} onChange={(e) => setAgain(e.currentTarget.value)} />
        {user.role !== 'viewer' && <Button type="submit" variant="light" loading={save.isPending}>{t('told.save')}</Button>}
      </form>
    </section>
  );
}

/** What the live blueprints tell, and whom. */
export function Alerts({ data }: { readonly data: Notifications }): ReactElement {
  const { t, say } = useWords();
  return (
    <section className={css.section} aria-labelledby="told-alerts">
      <header className={css.head}>
        <div>
          <h2 id="told-alerts">{t('told.alerts')}</h2>
          <p className={css.small}>{t(data.alerts.length ? 'told.alerts_how' : 'told.alerts_none')}</p>
        </div>
      </header>
      <ul className={css.alerts}>
        {data.alerts.map((alert) => (
          <li key={alert.name}>
            <Chip tone={TONES[alert.severity]}>{t(`told.severity.${alert.severity}`)}</Chip>
            <b>{say(alert.title)}</b>
            <span className={css.names}>
              {alert.recipients.map((name) => {
                const strange = alert.strangers.includes(name);
                return <span key={name} className={strange ? css.stranger : undefined} title={strange ? t('told.stranger', { name }) : undefined}>{name}</span>;
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
